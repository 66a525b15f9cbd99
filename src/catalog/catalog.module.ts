import { Global, Module } from '@nestjs/common';
import { PUBLIC_REGISTRIES } from '../auth/public-registries.js';
import { CatalogRepository } from './catalog.repository.js';
import { AnswerRecall } from './answer-recall.js';
import { Catalog } from './catalog.js';
import { ClaimVisibilityInterceptor } from './claim-visibility.interceptor.js';
import { SnapshotLoader } from './snapshot-loader.js';

/** The read model. Global, because authentication asks it which registries are public. */
@Global()
@Module({
  providers: [
    CatalogRepository,
    SnapshotLoader,
    Catalog,
    AnswerRecall,
    ClaimVisibilityInterceptor,
    { provide: PUBLIC_REGISTRIES, useExisting: Catalog },
  ],
  exports: [Catalog, AnswerRecall, ClaimVisibilityInterceptor, PUBLIC_REGISTRIES],
})
export class CatalogModule {}
