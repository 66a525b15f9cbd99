import { ApiProperty } from '@nestjs/swagger';
import { EntryVersionResponse, type EntryTypeName } from '../../sources/dto/source-entries.response.js';

/** One version of an entry in one source of a registry. */
export class RegistryEntryResponse extends EntryVersionResponse {
  @ApiProperty({ enum: ['MCP', 'SKILL', 'PLUGIN'], description: 'Kind of the entry; servers are MCP' })
  entryType!: EntryTypeName;

  @ApiProperty({ description: 'Name; of a skill or plugin without its namespace', example: 'io.example/fetch' })
  name!: string;

  @ApiProperty({ description: 'The source that holds it', example: 'catalogue' })
  sourceName!: string;

  @ApiProperty({ type: 'integer', description: 'Place of the source in the registry, 0 being the first' })
  position!: number;
}

/** All versions of all sources of a registry that the caller may see, nothing shadowed. */
export class RegistryEntriesResponse {
  @ApiProperty({ type: [RegistryEntryResponse], description: 'By name, then version, then position' })
  entries!: RegistryEntryResponse[];
}
