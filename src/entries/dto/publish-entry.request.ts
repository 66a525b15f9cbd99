import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional } from 'class-validator';
import { CLAIMS_SCHEMA } from '../../claims/claims-schema.js';

const MUST_BE_OBJECT = { message: '$property must be an object' };

const SERVER = {
  name: 'io.github.acme/weather',
  description: 'Forecasts for every place on earth',
  version: '1.0.0',
  packages: [{ registryType: 'oci', identifier: 'ghcr.io/acme/weather:1.0.0', transport: { type: 'stdio' } }],
};
const SKILL = {
  namespace: 'io.github.acme',
  name: 'release-notes',
  version: '1.0.0',
  description: 'Writes release notes',
};
const PLUGIN = { namespace: 'io.github.acme', name: 'linter', version: '1.0.0', description: 'Lints while you type' };

/** A body for each kind, as only one of them may be published at a time. */
export const PUBLISH_EXAMPLES = {
  server: { value: { server: SERVER } },
  skill: { value: { skill: SKILL } },
  plugin: { value: { plugin: PLUGIN } },
};

/** Body of a publish: exactly one of `server`, `skill` and `plugin`. */
export class PublishEntryRequest {
  @ApiPropertyOptional({
    description: 'A server.json document; `name` (`namespace/name`) and `version` are required',
    type: 'object',
    additionalProperties: true,
    example: SERVER,
  })
  @IsOptional()
  @IsObject(MUST_BE_OBJECT)
  server?: Record<string, unknown>;

  @ApiPropertyOptional({
    description: 'A skill; `namespace`, `name` and `version` are required',
    type: 'object',
    additionalProperties: true,
    example: SKILL,
  })
  @IsOptional()
  @IsObject(MUST_BE_OBJECT)
  skill?: Record<string, unknown>;

  @ApiPropertyOptional({
    description: 'A plugin; `namespace`, `name` and `version` are required',
    type: 'object',
    additionalProperties: true,
    example: PLUGIN,
  })
  @IsOptional()
  @IsObject(MUST_BE_OBJECT)
  plugin?: Record<string, unknown>;

  @ApiPropertyOptional({
    description:
      'Claims of the entry: a string or an array of strings for each key. Required when authorization is on; further versions of an entry must come with the same claims',
    ...CLAIMS_SCHEMA,
    example: { org: 'acme', team: ['platform', 'data'] },
  })
  @IsOptional()
  @IsObject(MUST_BE_OBJECT)
  claims?: Record<string, unknown>;
}
