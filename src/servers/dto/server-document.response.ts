import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Where the source code is. */
export class ServerRepository {
  @ApiPropertyOptional({ description: 'Address of the repository', example: 'https://github.com/example/weather' })
  readonly url?: string;

  @ApiPropertyOptional({ description: 'Hosting service', example: 'github' })
  readonly source?: string;

  @ApiPropertyOptional({ description: 'Identity of the repository at the hosting service' })
  readonly id?: string;

  @ApiPropertyOptional({ description: 'Folder of the server', example: 'src/weather' })
  readonly subfolder?: string;
}

/** A picture to show. */
export class ServerIcon {
  @ApiPropertyOptional({ description: 'Address of the picture', example: 'https://example.com/icon.png' })
  readonly src?: string;

  @ApiPropertyOptional({ description: 'Media type', example: 'image/png' })
  readonly mimeType?: string;

  @ApiPropertyOptional({ description: 'Sizes in pixels, or `any`', type: [String], example: ['48x48'] })
  readonly sizes?: string[];

  @ApiPropertyOptional({ description: 'Background the picture is made for: `light` or `dark`' })
  readonly theme?: string;
}

/** A value that is given, or asked for: a header or an environment variable. */
export class ServerInput {
  @ApiPropertyOptional({ description: 'Name of the header or variable', example: 'API_KEY' })
  readonly name?: string;

  @ApiPropertyOptional({ description: 'What the value is for' })
  readonly description?: string;

  @ApiPropertyOptional({ description: 'The value; `{x}` stands for the variable x' })
  readonly value?: string;

  @ApiPropertyOptional({ description: 'Value that is used when none is given' })
  readonly default?: string;

  @ApiPropertyOptional({ description: 'Whether a value is needed' })
  readonly isRequired?: boolean;

  @ApiPropertyOptional({ description: 'Whether the value is to be kept secret' })
  readonly isSecret?: boolean;

  @ApiPropertyOptional({ description: 'Form of the value: `string`, `number`, `boolean`, `filepath`' })
  readonly format?: string;

  @ApiPropertyOptional({ description: 'Example to show in an empty field' })
  readonly placeholder?: string;

  @ApiPropertyOptional({ description: 'The values to choose from', type: [String] })
  readonly choices?: string[];

  @ApiPropertyOptional({
    description: 'Inputs by the name of the variable in `value`',
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: true },
  })
  readonly variables?: Record<string, unknown>;
}

/** An argument of the program or of what runs it. */
export class ServerArgument extends ServerInput {
  @ApiPropertyOptional({ description: 'Kind of the argument: `named` or `positional`' })
  readonly type?: string;

  @ApiPropertyOptional({ description: 'Stands for a positional argument in help texts', example: 'file' })
  readonly valueHint?: string;

  @ApiPropertyOptional({ description: 'Whether the argument may be repeated' })
  readonly isRepeated?: boolean;
}

/** How to talk to the server. */
export class ServerTransport {
  @ApiPropertyOptional({ description: 'Kind of the transport: `stdio`, `sse`, `streamable-http`' })
  readonly type?: string;

  @ApiPropertyOptional({ description: 'Address, for all but stdio', example: 'https://mcp.example.com/sse' })
  readonly url?: string;

  @ApiPropertyOptional({ description: 'HTTP headers to send', type: [ServerInput] })
  readonly headers?: ServerInput[];

  @ApiPropertyOptional({
    description: 'Inputs by the name of the variable in `url`',
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: true },
  })
  readonly variables?: Record<string, unknown>;
}

/** A way to install and run the server. */
export class ServerPackage {
  @ApiPropertyOptional({ description: 'Kind of the package registry', example: 'oci' })
  readonly registryType?: string;

  @ApiPropertyOptional({ description: 'Address of the package registry' })
  readonly registryBaseUrl?: string;

  @ApiPropertyOptional({ description: 'Name or reference of the package', example: 'ghcr.io/example/weather:1.0.0' })
  readonly identifier?: string;

  @ApiPropertyOptional({ description: 'Version of the package', example: '1.0.0' })
  readonly version?: string;

  @ApiPropertyOptional({ description: 'SHA-256 of the package file, hexadecimal' })
  readonly fileSha256?: string;

  @ApiPropertyOptional({ description: 'Program that runs the package', example: 'npx' })
  readonly runtimeHint?: string;

  @ApiPropertyOptional({ description: 'How to talk to the running package', type: ServerTransport })
  readonly transport?: ServerTransport;

  @ApiPropertyOptional({ description: 'Arguments of the program that runs the package', type: [ServerArgument] })
  readonly runtimeArguments?: ServerArgument[];

  @ApiPropertyOptional({ description: 'Arguments of the package', type: [ServerArgument] })
  readonly packageArguments?: ServerArgument[];

  @ApiPropertyOptional({ description: 'Environment variables', type: [ServerInput] })
  readonly environmentVariables?: ServerInput[];
}

/**
 * A server.json document; members that are not named here are returned as they were published. Of what is published only
 * the types of members are checked (admin-api spec 6.1), so its parts may lack anything.
 */
export class ServerDocument {
  @ApiProperty({
    description: 'Schema of the document; always the current one',
    example: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
  })
  readonly $schema!: string;

  @ApiProperty({ description: 'Reverse-DNS namespace, a slash, and a name', example: 'io.example/weather' })
  readonly name!: string;

  @ApiProperty({ description: 'What the server does; may be empty', example: 'Knows the weather' })
  readonly description!: string;

  @ApiPropertyOptional({ description: 'Name to show', example: 'Weather' })
  readonly title?: string;

  @ApiProperty({ description: 'Version', example: '1.0.0' })
  readonly version!: string;

  @ApiPropertyOptional({ description: 'Address of a page about the server' })
  readonly websiteUrl?: string;

  @ApiPropertyOptional({ description: 'Where the source code is', type: ServerRepository })
  readonly repository?: ServerRepository;

  @ApiPropertyOptional({ description: 'Pictures to show', type: [ServerIcon] })
  readonly icons?: ServerIcon[];

  @ApiPropertyOptional({ description: 'Ways to install and run the server', type: [ServerPackage] })
  readonly packages?: ServerPackage[];

  @ApiPropertyOptional({ description: 'Places where the server is running', type: [ServerTransport] })
  readonly remotes?: ServerTransport[];

  @ApiProperty({
    description:
      'Publisher’s metadata under `io.modelcontextprotocol.registry/publisher-provided`; empty when there is none',
    type: 'object',
    additionalProperties: true,
    example: {},
  })
  readonly _meta!: Record<string, unknown>;
}
