import { Controller, Get, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiNotModified } from '../common/http/api-not-modified.decorator.js';
import { CurrentView, type CallerView } from '../catalog/caller-view.js';
import { ClaimVisibilityInterceptor } from '../catalog/claim-visibility.interceptor.js';
import type { ListQuery } from '../catalog/list-query.js';
import { ApiErrors } from '../common/http/api-errors.decorator.js';
import type { JsonBytes } from '../common/http/json-bytes.js';
import { ServerListResponse, ServerResponse, ServerVersionsResponse } from './dto/server.response.js';
import { ApiServerListQuery, ServerListQuery } from './server-list.query.js';
import { ServerNameParam, ServerVersionParam } from './server-name.param.js';
import { ServersService } from './servers.service.js';

/** The servers of a registry: the MCP Registry API v0.1 (consumer spec 3 and 4). */
@ApiTags('Servers')
@ApiParam({ type: String, name: 'registryName', description: 'Name of the registry', example: 'default' })
@ApiErrors({
  401: 'token validation failed',
  403: 'forbidden: insufficient claims for registry',
  503: 'identity provider unavailable',
})
@ApiNotModified()
@Controller('registry/:registryName/v0.1/servers')
@UseInterceptors(ClaimVisibilityInterceptor)
export class ServersController {
  constructor(private readonly servers: ServersService) {}

  @Get()
  @ApiOperation({
    summary: 'List servers',
    description: 'One item per version, ordered by name and then version, each as a text.',
  })
  @ApiServerListQuery()
  @ApiResponse({ status: 200, description: 'A page of servers', type: ServerListResponse })
  @ApiErrors({ 400: 'Invalid limit parameter: must be an integer', 404: 'registry not found' })
  list(@CurrentView() registry: CallerView, @ServerListQuery() query: ListQuery): JsonBytes {
    return this.servers.list(registry, query).body;
  }

  @Get(':serverName/versions')
  @ApiOperation({ summary: 'List all versions of a server', description: 'Newest first.' })
  @ApiParam({
    type: String,
    name: 'serverName',
    description: 'Name, its slash percent-encoded',
    example: 'io.example/weather',
  })
  @ApiResponse({ status: 200, description: 'All versions', type: ServerVersionsResponse })
  @ApiErrors({ 400: 'invalid server name format: name part cannot be empty', 404: 'not found' })
  listVersions(@CurrentView() registry: CallerView, @ServerNameParam() name: string): JsonBytes {
    return this.servers.listVersions(registry, name).body;
  }

  @Get(':serverName/versions/:version')
  @ApiOperation({ summary: 'Get one version of a server' })
  @ApiParam({
    type: String,
    name: 'serverName',
    description: 'Name, its slash percent-encoded',
    example: 'io.example/weather',
  })
  @ApiParam({ type: String, name: 'version', description: 'A version, or `latest`', example: 'latest' })
  @ApiResponse({ status: 200, description: 'The version', type: ServerResponse })
  @ApiErrors({ 400: 'invalid server name format: name part cannot be empty', 404: 'not found' })
  getVersion(
    @CurrentView() registry: CallerView,
    @ServerNameParam() name: string,
    @ServerVersionParam() version: string,
  ): JsonBytes {
    return this.servers.getVersion(registry, name, version).body;
  }
}
