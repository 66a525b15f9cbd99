import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RegistriesController } from './registries.controller.js';
import { RegistriesRepository } from './registries.repository.js';
import { RegistriesService } from './registries.service.js';
import { RegistrySourceEntity } from './registry-source.entity.js';
import { RegistryEntity } from './registry.entity.js';

/** Registries and their administrative API. */
@Module({
  imports: [TypeOrmModule.forFeature([RegistryEntity, RegistrySourceEntity])],
  controllers: [RegistriesController],
  providers: [RegistriesRepository, RegistriesService],
  exports: [RegistriesRepository],
})
export class RegistriesModule {}
