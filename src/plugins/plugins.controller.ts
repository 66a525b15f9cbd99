import { Controller, Get, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiNotModified } from '../common/http/api-not-modified.decorator.js';
import { CurrentView, type CallerView } from '../catalog/caller-view.js';
import { ClaimVisibilityInterceptor } from '../catalog/claim-visibility.interceptor.js';
import { ApiExtensionListQuery, ExtensionListQuery } from '../catalog/extension-list.query.js';
import type { ListQuery } from '../catalog/list-query.js';
import { ApiErrors } from '../common/http/api-errors.decorator.js';
import type { JsonBytes } from '../common/http/json-bytes.js';
import { PathParam } from '../common/http/path-param.decorator.js';
import { PluginListResponse, PluginResponse, PluginVersionsResponse } from './dto/plugin.response.js';
import { PluginsService } from './plugins.service.js';

/** The plugins of a registry (consumer spec 7). */
@ApiTags('Plugins')
@ApiParam({ type: String, name: 'registryName', description: 'Name of the registry', example: 'default' })
@ApiErrors({
  401: 'token validation failed',
  403: 'forbidden: insufficient claims for registry',
  503: 'identity provider unavailable',
})
@ApiNotModified()
@Controller('registry/:registryName/v0.1/x/dev.toolhive/plugins')
@UseInterceptors(ClaimVisibilityInterceptor)
export class PluginsController {
  constructor(private readonly plugins: PluginsService) {}

  @Get()
  @ApiOperation({
    summary: 'List plugins',
    description: 'One item per version, ordered by name and then version, each as a text.',
  })
  @ApiExtensionListQuery()
  @ApiResponse({ status: 200, description: 'A page of plugins', type: PluginListResponse })
  @ApiErrors({ 400: 'invalid limit parameter: must be an integer', 404: 'registry not found' })
  list(@CurrentView() registry: CallerView, @ExtensionListQuery() query: ListQuery): JsonBytes {
    return this.plugins.list(registry, query).body;
  }

  @Get(':namespace/:name')
  @ApiOperation({ summary: 'Get the latest version of a plugin' })
  @ApiParam({ type: String, name: 'namespace', example: 'io.example' })
  @ApiParam({ type: String, name: 'name', example: 'pdf-reader' })
  @ApiResponse({ status: 200, description: 'The latest version', type: PluginResponse })
  @ApiErrors({ 400: 'name cannot contain whitespace', 404: 'not found' })
  getLatest(
    @CurrentView() registry: CallerView,
    @PathParam('namespace') namespace: string,
    @PathParam('name') name: string,
  ): JsonBytes {
    return this.plugins.getVersion(registry, { namespace, name }, 'latest').body;
  }

  @Get(':namespace/:name/versions')
  @ApiOperation({ summary: 'List all versions of a plugin' })
  @ApiParam({ type: String, name: 'namespace', example: 'io.example' })
  @ApiParam({ type: String, name: 'name', example: 'pdf-reader' })
  @ApiResponse({ status: 200, description: 'All versions', type: PluginVersionsResponse })
  @ApiErrors({ 400: 'name cannot contain whitespace', 404: 'not found' })
  listVersions(
    @CurrentView() registry: CallerView,
    @PathParam('namespace') namespace: string,
    @PathParam('name') name: string,
  ): JsonBytes {
    return this.plugins.listVersions(registry, { namespace, name }).body;
  }

  @Get(':namespace/:name/versions/:version')
  @ApiOperation({ summary: 'Get one version of a plugin' })
  @ApiParam({ type: String, name: 'namespace', example: 'io.example' })
  @ApiParam({ type: String, name: 'name', example: 'pdf-reader' })
  @ApiParam({ type: String, name: 'version', description: 'A version, or `latest`', example: 'latest' })
  @ApiResponse({ status: 200, description: 'The version', type: PluginResponse })
  @ApiErrors({ 400: 'version cannot contain whitespace', 404: 'not found' })
  getVersion(
    @CurrentView() registry: CallerView,
    @PathParam('namespace') namespace: string,
    @PathParam('name') name: string,
    @PathParam('version') version: string,
  ): JsonBytes {
    return this.plugins.getVersion(registry, { namespace, name }, version).body;
  }
}
