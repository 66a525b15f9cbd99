import { Module } from '@nestjs/common';
import { ServersController } from './servers.controller.js';
import { ServersService } from './servers.service.js';

/** The consumer API of servers, over the catalogue. */
@Module({ controllers: [ServersController], providers: [ServersService] })
export class ServersModule {}
