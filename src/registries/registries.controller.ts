import { Controller, Delete, Get, HttpCode, Put, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Caller } from '../auth/caller.js';
import { CurrentCaller } from '../auth/current-caller.decorator.js';
import { Roles } from '../auth/roles.decorator.js';
import { ApiErrors } from '../common/http/api-errors.decorator.js';
import { JsonBody } from '../common/http/json-body.decorator.js';
import { PathParam } from '../common/http/path-param.decorator.js';
import { FailsAs } from '../common/http/fails-as.decorator.js';
import { PutRegistryRequest } from './dto/put-registry.request.js';
import { RegistryEntriesResponse } from './dto/registry-entries.response.js';
import { RegistriesResponse, RegistryResponse } from './dto/registry.response.js';
import { RegistriesService } from './registries.service.js';

const NOT_FOUND = 'registry not found: default';
const NO_ROLE = 'forbidden: insufficient permissions';

/** The routes of `/v1/registries` (admin-api spec 5). Reading needs no role. */
@ApiTags('Registries')
@ApiErrors({ 401: 'token validation failed', 503: 'database unavailable' })
@Controller('v1/registries')
export class RegistriesController {
  constructor(private readonly registries: RegistriesService) {}

  @Get()
  @FailsAs('failed to list registries')
  @ApiOperation({ summary: 'List registries', description: 'All registries that the caller may see, by name.' })
  @ApiResponse({ status: 200, description: 'The registries', type: RegistriesResponse })
  listRegistries(@CurrentCaller() caller: Caller | undefined): Promise<RegistriesResponse> {
    return this.registries.list(caller);
  }

  @Get(':name')
  @ApiOperation({ summary: 'Get a registry', description: 'Its sources in order of precedence, and its claims.' })
  @ApiParam({ type: String, name: 'name', description: 'Name of the registry', example: 'default' })
  @ApiResponse({ status: 200, description: 'The registry', type: RegistryResponse })
  @ApiErrors({ 400: 'name cannot be empty', 404: NOT_FOUND })
  getRegistry(@CurrentCaller() caller: Caller | undefined, @PathParam('name') name: string): Promise<RegistryResponse> {
    return this.registries.get(caller, name);
  }

  @Put(':name')
  @Roles('manageRegistries')
  @ApiOperation({
    summary: 'Create or replace a registry',
    description:
      'The registry is served at once under `/registry/{name}/v0.1`. Members that are not sent are gone. The name may be ' +
      'any text of up to 255 bytes without blanks, slashes and control characters.',
  })
  @ApiParam({ type: String, name: 'name', description: 'Name of the registry', example: 'default' })
  @ApiBody({ type: PutRegistryRequest, examples: { plain: { value: { sources: ['published', 'catalogue'] } } } })
  @ApiResponse({ status: 200, description: 'Replaced', type: RegistryResponse })
  @ApiResponse({ status: 201, description: 'Created', type: RegistryResponse })
  @ApiErrors({
    400: 'source not found: catalogue',
    403: 'cannot modify config-created registry via API: default',
    413: 'request body too large',
  })
  async putRegistry(
    @CurrentCaller() caller: Caller | undefined,
    @PathParam('name') name: string,
    @JsonBody(PutRegistryRequest) body: PutRegistryRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RegistryResponse> {
    const { isNew, registry } = await this.registries.put(caller, name, body);
    response.status(isNew ? 201 : 200);
    return registry;
  }

  @Delete(':name')
  @HttpCode(204)
  @Roles('manageRegistries')
  @ApiOperation({ summary: 'Delete a registry', description: 'Its sources and their entries stay.' })
  @ApiParam({ type: String, name: 'name', description: 'Name of the registry', example: 'default' })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiErrors({
    400: 'name cannot be empty',
    403: 'cannot modify config-created registry via API: default',
    404: NOT_FOUND,
  })
  deleteRegistry(@CurrentCaller() caller: Caller | undefined, @PathParam('name') name: string): Promise<void> {
    return this.registries.delete(caller, name);
  }

  @Get(':name/entries')
  @Roles('manageRegistries')
  @ApiOperation({
    summary: 'List the entries of a registry',
    description: 'Every version in every source, also those that a source further up shadows for consumers.',
  })
  @ApiParam({ type: String, name: 'name', description: 'Name of the registry', example: 'default' })
  @ApiResponse({ status: 200, description: 'The entries', type: RegistryEntriesResponse })
  @ApiErrors({ 400: 'name cannot be empty', 403: NO_ROLE, 404: NOT_FOUND })
  listRegistryEntries(
    @CurrentCaller() caller: Caller | undefined,
    @PathParam('name') name: string,
  ): Promise<RegistryEntriesResponse> {
    return this.registries.listEntries(caller, name);
  }
}
