import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What a page of a list says about itself. */
export class ListMetadata {
  @ApiPropertyOptional({
    description: 'Leads to the next page; absent on the last one. Opaque; needs no percent-encoding',
    example: '~WyJuIiwiaW8uZXhhbXBsZS9hIiwiMS4wLjAiLCIiLHt9XQ',
  })
  readonly nextCursor?: string;

  @ApiPropertyOptional({ description: 'Leads to the page before; absent on the first one' })
  readonly prevCursor?: string;

  @ApiProperty({ description: 'Number of items in this page', type: 'integer', minimum: 0, example: 1 })
  readonly count!: number;
}

/** What a page of servers says about itself. */
export class ServerListMetadata extends ListMetadata {
  @ApiPropertyOptional({
    description: 'Number of items over all pages; present when `total=true` was asked for',
    type: 'integer',
    minimum: 0,
  })
  readonly total?: number;
}

/** What the list of the versions of one entry says about itself. */
export class VersionListMetadata {
  @ApiProperty({ description: 'Number of versions', type: 'integer', minimum: 1, example: 1 })
  readonly count!: number;
}
