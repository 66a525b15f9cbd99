import { Module } from '@nestjs/common';
import { OpenApiController, OpenApiDocument } from './openapi.controller.js';

/** The OpenAPI document and the routes that serve it. */
@Module({ controllers: [OpenApiController], providers: [OpenApiDocument], exports: [OpenApiDocument] })
export class OpenApiModule {}
