import { Injectable } from '@nestjs/common';
import { InvalidInputError } from '../common/errors.js';
import { isSynchronised } from '../model/source-settings.js';
import { DryRun, type DryRunReport } from './dry-run.js';
import type { ReadableSource } from './source-reading.js';
import { SyncScheduler } from './sync-scheduler.js';

/** What the administration of sources asks of the synchronisation. */
@Injectable()
export class SyncService {
  constructor(
    private readonly scheduler: SyncScheduler,
    private readonly dryRuns: DryRun,
  ) {}

  /**
   * Begins a pass of a source at once; it runs on when this has resolved (ahead.md P7).
   * @throws InvalidInputError when the source is of a kind that is not synchronised
   * @throws ConflictError when a pass of it is running
   */
  async syncNow(source: Pick<ReadableSource, 'id' | 'settings'>): Promise<void> {
    assertSynchronised(source);
    await this.scheduler.startNow(source.id);
  }

  /**
   * Finds out what a pass would change now, without storing anything.
   * @throws InvalidInputError when the source is of a kind that is not synchronised
   * @throws BadGatewayError when fetching or validating fails
   */
  async dryRun(source: ReadableSource, signal: AbortSignal): Promise<DryRunReport> {
    assertSynchronised(source);
    return this.dryRuns.run(source, signal);
  }
}

function assertSynchronised({ settings }: Pick<ReadableSource, 'settings'>): void {
  if (isSynchronised(settings)) return;
  const kind = settings.kind === 'file' ? 'file with inline data' : settings.kind;
  throw new InvalidInputError(`the source is not synchronised (type: ${kind})`);
}
