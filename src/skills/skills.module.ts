import { Module } from '@nestjs/common';
import { SkillsController } from './skills.controller.js';
import { SkillsService } from './skills.service.js';

/** The consumer API of skills, over the catalogue. */
@Module({ controllers: [SkillsController], providers: [SkillsService] })
export class SkillsModule {}
