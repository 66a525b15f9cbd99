import { Controller, Delete, Get, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Caller } from '../auth/caller.js';
import { CurrentCaller } from '../auth/current-caller.decorator.js';
import { Roles } from '../auth/roles.decorator.js';
import { ApiErrors } from '../common/http/api-errors.decorator.js';
import { JsonBody } from '../common/http/json-body.decorator.js';
import { PathParam } from '../common/http/path-param.decorator.js';
import { requestContext } from '../common/http/request-context.js';
import { FailsAs } from '../common/http/fails-as.decorator.js';
import { PutSourceRequest } from './dto/put-source.request.js';
import { SourceEntriesResponse } from './dto/source-entries.response.js';
import { SourceResponse, SourcesResponse } from './dto/source.response.js';
import { DryRunResponse, SyncStartedResponse } from './dto/sync.response.js';
import { SourcesService } from './sources.service.js';
import { readSyncQuery } from './sync-query.js';

const NOT_FOUND = 'source not found: catalogue';
const NO_ROLE = 'forbidden: insufficient permissions';
const NO_TOKEN = 'token validation failed';
const NO_DATABASE = 'database unavailable';

/** The routes of `/v1/sources` (admin-api spec 4, ahead.md P7). */
@ApiTags('Sources')
@ApiErrors({ 401: NO_TOKEN, 403: NO_ROLE, 503: NO_DATABASE })
@Roles('manageSources')
@Controller('v1/sources')
export class SourcesController {
  constructor(private readonly sources: SourcesService) {}

  @Get()
  @FailsAs('failed to list sources')
  @ApiOperation({ summary: 'List sources', description: 'All sources that the caller may see, oldest first.' })
  @ApiResponse({ status: 200, description: 'The sources', type: SourcesResponse })
  listSources(@CurrentCaller() caller: Caller | undefined): Promise<SourcesResponse> {
    return this.sources.list(caller);
  }

  @Get(':name')
  @ApiOperation({ summary: 'Get a source', description: 'Settings and synchronisation status; secrets are masked.' })
  @ApiParam({ type: String, name: 'name', description: 'Name of the source', example: 'catalogue' })
  @ApiResponse({ status: 200, description: 'The source', type: SourceResponse })
  @ApiErrors({ 400: 'name cannot be empty', 404: NOT_FOUND })
  getSource(@CurrentCaller() caller: Caller | undefined, @PathParam('name') name: string): Promise<SourceResponse> {
    return this.sources.get(caller, name);
  }

  @Put(':name')
  @ApiOperation({
    summary: 'Create or replace a source',
    description:
      'Replaces an existing source completely: members that are not sent are gone, also `api.auth`, which answers never ' +
      'show. A password of `***` in a URL keeps the stored one, as long as scheme, user, host and port stay the same. ' +
      'A source that is synchronised is fetched within seconds; inline data is stored before the answer is sent.',
  })
  @ApiParam({
    type: String,
    name: 'name',
    description: 'Name of the source: a DNS label when it is new',
    example: 'catalogue',
  })
  @ApiBody({
    type: PutSourceRequest,
    examples: {
      file: { value: { file: { path: '/data/registry.json' }, syncPolicy: { interval: '30m' } } },
      git: {
        value: {
          git: { repository: 'https://github.com/example/registry.git', branch: 'main' },
          syncPolicy: { interval: '1h' },
          filter: { names: { include: ['io.github.example/*'] } },
        },
      },
      managed: { value: { managed: {} } },
    },
  })
  @ApiResponse({ status: 200, description: 'Replaced', type: SourceResponse })
  @ApiResponse({ status: 201, description: 'Created', type: SourceResponse })
  @ApiErrors({
    400: 'invalid source configuration: git.repository is required',
    403: 'cannot modify config-created source via API: catalogue',
    409: 'at most one managed source is allowed',
    413: 'request body too large',
  })
  async putSource(
    @CurrentCaller() caller: Caller | undefined,
    @PathParam('name') name: string,
    @JsonBody(PutSourceRequest) body: PutSourceRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SourceResponse> {
    const { isNew, source } = await this.sources.put(caller, name, body);
    response.status(isNew ? 201 : 200);
    return source;
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a source', description: 'Deletes the source with all its entries, for good.' })
  @ApiParam({ type: String, name: 'name', description: 'Name of the source', example: 'catalogue' })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiErrors({
    400: 'name cannot be empty',
    403: 'cannot modify config-created source via API: catalogue',
    404: NOT_FOUND,
    409: 'source is referenced by one or more registries: catalogue is referenced by 1 registry(ies)',
  })
  deleteSource(@CurrentCaller() caller: Caller | undefined, @PathParam('name') name: string): Promise<void> {
    return this.sources.delete(caller, name);
  }

  @Get(':name/entries')
  @ApiOperation({
    summary: 'List the entries of a source',
    description: 'Everything that the source holds and the caller may see, whether or not a registry shows it.',
  })
  @ApiParam({ type: String, name: 'name', description: 'Name of the source', example: 'catalogue' })
  @ApiResponse({ status: 200, description: 'The entries', type: SourceEntriesResponse })
  @ApiErrors({ 400: 'name cannot be empty', 404: NOT_FOUND })
  listSourceEntries(
    @CurrentCaller() caller: Caller | undefined,
    @PathParam('name') name: string,
  ): Promise<SourceEntriesResponse> {
    return this.sources.listEntries(caller, name);
  }

  @Post(':name/sync')
  @ApiOperation({
    summary: 'Synchronise a source now',
    description: 'Starts a pass. With `dryRun=true` the pass is tried, and the answer says what it would change.',
  })
  @ApiParam({ type: String, name: 'name', description: 'Name of the source', example: 'catalogue' })
  @ApiQuery({ name: 'dryRun', required: false, type: Boolean, description: 'Only say what would change' })
  @ApiResponse({ status: 202, description: 'A pass has been started', type: SyncStartedResponse })
  @ApiResponse({ status: 200, description: 'What a pass would change', type: DryRunResponse })
  @ApiErrors({
    400: 'the source is not synchronised (type: managed)',
    404: NOT_FOUND,
    409: 'a synchronisation of the source is already running',
    502: 'Fetch failed: file not found: /data/registry.json',
  })
  async syncSource(
    @CurrentCaller() caller: Caller | undefined,
    @PathParam('name') name: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SyncStartedResponse | DryRunResponse> {
    const { isDryRun } = readSyncQuery(request.url);
    response.status(isDryRun ? 200 : 202);
    if (isDryRun) return this.sources.dryRun(caller, name, requestContext(request).signal);
    return this.sources.startSync(caller, name);
  }
}
