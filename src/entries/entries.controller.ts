import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiExtraModels,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { Caller } from '../auth/caller.js';
import { CurrentCaller } from '../auth/current-caller.decorator.js';
import { Roles } from '../auth/roles.decorator.js';
import { JsonBody } from '../common/http/json-body.decorator.js';
import { JsonBytes } from '../common/http/json-bytes.js';
import { PathParam } from '../common/http/path-param.decorator.js';
import { FailsAs } from '../common/http/fails-as.decorator.js';
import { EntryClaimsRequest } from './dto/entry-claims.request.js';
import { EntryClaimsResponse } from './dto/entry-claims.response.js';
import { PUBLISH_EXAMPLES, PublishEntryRequest } from './dto/publish-entry.request.js';
import { PublishedExtensionResponse, PublishedServerResponse } from './dto/published-entry.response.js';
import { EntriesService } from './entries.service.js';
import { ApiEntryErrors, ApiEntryParams } from './entries.openapi.js';

/** Publishes entries into the managed source, and deletes and claims what is published. */
@ApiTags('Entries')
@ApiBearerAuth('BearerAuth')
@ApiExtraModels(PublishedServerResponse, PublishedExtensionResponse)
@Roles('manageEntries')
@Controller('v1/entries')
export class EntriesController {
  constructor(private readonly entries: EntriesService) {}

  @Post()
  @FailsAs('failed to publish entry')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Publish a version of a server, skill or plugin',
    description: 'It is visible at once in every registry that lists the managed source.',
  })
  @ApiBody({ type: PublishEntryRequest, examples: PUBLISH_EXAMPLES })
  @ApiResponse({
    status: 201,
    description: 'The stored entry',
    schema: {
      anyOf: [{ $ref: getSchemaPath(PublishedServerResponse) }, { $ref: getSchemaPath(PublishedExtensionResponse) }],
    },
  })
  @ApiEntryErrors({
    400: 'invalid server name: acme',
    409: 'version already exists: io.github.acme/weather@1.0.0',
    413: 'request body too large',
  })
  async publish(
    @CurrentCaller() caller: Caller | undefined,
    @JsonBody(PublishEntryRequest) request: PublishEntryRequest,
  ): Promise<JsonBytes> {
    return new JsonBytes(Buffer.from(`${await this.entries.publish(caller, request)}\n`));
  }

  @Delete(':type/:name/versions/:version')
  @FailsAs('failed to delete entry')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a published version',
    description: 'With the last version the entry goes, and its claims are forgotten.',
  })
  @ApiEntryParams()
  @ApiParam({
    type: String,
    name: 'version',
    description: 'The exact version; `latest` is no keyword here',
    example: '1.0.0',
  })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiEntryErrors({
    400: "unsupported entry type: must be 'server', 'skill', or 'plugin'",
    404: 'not found: io.github.acme/weather@1.0.0',
    409: 'no managed source available for deletion',
  })
  async deleteVersion(
    @CurrentCaller() caller: Caller | undefined,
    @PathParam('type') type: string,
    @PathParam('name') name: string,
    @PathParam('version') version: string,
  ): Promise<void> {
    await this.entries.deleteVersion(caller, { type, name }, version);
  }

  @Get(':type/:name/claims')
  @FailsAs('failed to get entry claims')
  @ApiOperation({ summary: 'Get the claims of a published entry' })
  @ApiEntryParams()
  @ApiResponse({ status: 200, description: 'The claims', type: EntryClaimsResponse })
  @ApiEntryErrors({
    400: 'invalid entry type: must be "server", "skill", or "plugin"',
    404: 'not found: io.github.acme/weather',
    409: 'no managed source available',
  })
  async getClaims(
    @CurrentCaller() caller: Caller | undefined,
    @PathParam('type') type: string,
    @PathParam('name') name: string,
  ): Promise<EntryClaimsResponse> {
    return { claims: await this.entries.getClaims(caller, { type, name }) };
  }

  @Put(':type/:name/claims')
  @FailsAs('failed to update entry claims')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Replace the claims of a published entry',
    description: 'The new claims hold for all its versions, at once.',
  })
  @ApiEntryParams()
  @ApiBody({ type: EntryClaimsRequest })
  @ApiResponse({ status: 204, description: 'Replaced' })
  @ApiEntryErrors({
    400: 'claim "team": value must be a string or array of strings',
    404: 'not found: io.github.acme/weather',
    409: 'no managed source available for updating claims',
    413: 'request body too large',
  })
  async replaceClaims(
    @CurrentCaller() caller: Caller | undefined,
    @PathParam('type') type: string,
    @PathParam('name') name: string,
    @JsonBody(EntryClaimsRequest) request: EntryClaimsRequest,
  ): Promise<void> {
    await this.entries.replaceClaims(caller, { type, name }, request.claims);
  }
}
