import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import type { PublicRegistries } from '../auth/public-registries.js';
import { VisibilityPolicy } from '../auth/visibility.js';
import { NotFoundError, UnavailableError } from '../common/errors.js';
import { ChangeFeed } from '../database/change-feed.js';
import type { EntryKind } from '../model/entry-kind.js';
import { createLogger } from '../telemetry/logging.js';
