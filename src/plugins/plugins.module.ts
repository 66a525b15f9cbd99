import { Module } from '@nestjs/common';
import { PluginsController } from './plugins.controller.js';
import { PluginsService } from './plugins.service.js';

/** The consumer API of plugins, over the catalogue. */
@Module({ controllers: [PluginsController], providers: [PluginsService] })
export class PluginsModule {}
