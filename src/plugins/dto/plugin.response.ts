import { ApiProperty } from '@nestjs/swagger';
import { ExtensionDocument } from '../../catalog/dto/extension.response.js';
import { ListMetadata, VersionListMetadata } from '../../catalog/dto/list-metadata.response.js';

/** One version of a plugin. */
export class PluginResponse extends ExtensionDocument {}

/** A page of plugins. */
export class PluginListResponse {
  @ApiProperty({ description: 'One item per version, ordered by name and version', type: [PluginResponse] })
  readonly plugins!: PluginResponse[];

  @ApiProperty({ description: 'About this page', type: ListMetadata })
  readonly metadata!: ListMetadata;
}

/** All versions of a plugin. */
export class PluginVersionsResponse {
  @ApiProperty({ description: 'The versions, ordered as texts', type: [PluginResponse] })
  readonly plugins!: PluginResponse[];

  @ApiProperty({ description: 'About this list', type: VersionListMetadata })
  readonly metadata!: VersionListMetadata;
}
