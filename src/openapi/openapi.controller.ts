import { Controller, Get, Inject, Injectable } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags, type OpenAPIObject } from '@nestjs/swagger';
import { ApiNotModified } from '../common/http/api-not-modified.decorator.js';
import { JsonBytes } from '../common/http/json-bytes.js';
import { describeUpstreamFormat } from './upstream-format.js';

/** Holds the OpenAPI document; it can be built only when the application and all its controllers are there. */
@Injectable()
export class OpenApiDocument {
  #build: (() => OpenAPIObject) | undefined;
  #document: OpenAPIObject | undefined;
  #bytes: JsonBytes | undefined;

  /** Says how the document is built; it is built once, when it is first asked for. */
  setFactory(build: () => OpenAPIObject): void {
    this.#build = build;
  }

  /** The document itself. */
  get document(): OpenAPIObject {
    if (!this.#build) throw new Error('the OpenAPI document was asked for before the application was set up');
    this.#document ??= this.#build();
    return this.#document;
  }

  /** The document as it is served. */
  get bytes(): JsonBytes {
    this.#bytes ??= new JsonBytes(Buffer.from(JSON.stringify(this.document)), { conditional: true });
    return this.#bytes;
  }
}

/** Serves the description of the API; never needs authentication. */
@ApiTags('Documents')
@Controller()
export class OpenApiController {
  constructor(@Inject(OpenApiDocument) private readonly openApi: OpenApiDocument) {}

  @Get('openapi.json')
  @ApiOperation({ summary: 'This API as an OpenAPI 3.1 document', security: [] })
  @ApiOkResponse({ description: 'The OpenAPI document', schema: { type: 'object' } })
  @ApiNotModified()
  getDocument(): JsonBytes {
    return this.openApi.bytes;
  }

  /** What an `api` source of another server looks at before it reads a registry of this one (sync spec 8, row 14). */
  @Get('registry/:registryName/openapi.yaml')
  @ApiExcludeEndpoint()
  getUpstreamFormat(): object {
    return describeUpstreamFormat();
  }
}
