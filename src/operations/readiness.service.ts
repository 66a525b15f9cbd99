import { Injectable } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { UnavailableError } from '../common/errors.js';
import { createLogger } from '../telemetry/logging.js';

/** One thing that readiness depends on: its name and whether it is up now. */
export interface ReadinessIndicator {
  readonly name: string;
  readonly isUp: () => boolean;
}

const log = createLogger('readiness');

/**
 * Decides whether requests should be sent to this process: the catalogue has been loaded and the process is not about to
 * stop. The database is not asked: reads are served without it (ahead.md P8).
 */
@Injectable()
export class ReadinessService {
  #isStopping = false;
  readonly #details: (() => readonly string[])[] = [];
  readonly #indicators: ReadinessIndicator[] = [{ name: 'process', isUp: () => !this.#isStopping }];

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
  ) {}

  /** Adds something that readiness depends on. */
  addIndicator(indicator: ReadinessIndicator): void {
    this.#indicators.push(indicator);
  }

  /** Adds something that is reported when it is down, while requests go on to be served. */
  addDetail(detail: ReadinessIndicator): void {
    this.addDetails(() => (detail.isUp() ? [] : [detail.name]));
  }

  /** Adds what gives the names of things that are down, while requests go on to be served. */
  addDetails(findDown: () => readonly string[]): void {
    this.#details.push(findDown);
  }

  /** Whether everything that readiness depends on is up. */
  get isReady(): boolean {
    return this.#indicators.every(({ isUp }) => isUp());
  }

  /** Names of what is down without an influence on readiness. */
  get degraded(): string[] {
    return this.#details.flatMap((findDown) => findDown());
  }

  /** From now on the process is not ready; load balancers stop sending requests while those in progress complete. */
  stop(): void {
    this.#isStopping = true;
  }

  /** @throws UnavailableError when something that readiness depends on is down */
  async assertReady(): Promise<void> {
    const check = ({ name, isUp }: ReadinessIndicator): HealthIndicatorResult => {
      const session = this.indicator.check(name);
      return isUp() ? session.up() : session.down();
    };
    try {
      await this.health.check(this.#indicators.map((indicator) => () => check(indicator)));
    } catch (error) {
      const down = this.#indicators.filter(({ isUp }) => !isUp()).map(({ name }) => name);
      log.debug({ down }, 'not ready');
      throw new UnavailableError('service not ready', { cause: error });
    }
  }
}
