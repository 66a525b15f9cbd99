import { atMost } from '../../common/at-most.js';
import type { VerificationKey } from './verification-key.js';

/** After this time the keys are fetched again while the present ones go on being used. */
const REFRESH_AGE_MS = 10 * 60_000;

/** Keys of this age are used only after a refresh (auth spec 17.4). */
const MAX_AGE_MS = 15 * 60_000;

/** The least time between two refreshes that unknown key ids cause (auth spec 17.4). */
const UNKNOWN_KID_INTERVAL_MS = 5_000;

/** After a refresh that failed or hangs, the keys at hand are used this long before a request waits for the next one. */
const RETRY_INTERVAL_MS = 30_000;

/** How long a request waits for a refresh while it could be decided with the keys at hand. */
const REFRESH_PATIENCE_MS = 3_000;

/**
 * The published keys of one provider: fetched at first use, shared by all requests, refreshed by age and when a token
 * names a key that is not there. Keys that have been fetched once survive an outage of the provider.
 */
export class KeySet {
  #keys: readonly VerificationKey[] | undefined;
  #fetchedAtMs = 0;
  #attemptedAtMs = 0;
  #unknownKidAtMs = Number.NEGATIVE_INFINITY;
  #refresh: Promise<void> | undefined;

  /**
   * @param fetchKeys - fetches the published keys; what it throws is thrown by `find` while there are none
   * @param onRefreshFailure - told of a failed refresh while there are keys to go on with
   */
  constructor(
    private readonly fetchKeys: () => Promise<readonly VerificationKey[]>,
    private readonly onRefreshFailure: (error: unknown) => void,
  ) {}

  /**
   * The keys that may verify a token, as a rule one; none when the provider does not publish such a key.
   * @throws what `fetchKeys` throws when no keys have ever been fetched
   */
  async find(kid: string, algorithm: string): Promise<readonly VerificationKey[]> {
    if (!this.#keys) await this.refresh();
    else await this.keepFresh();
    if (!this.publishes(kid)) await this.refreshForUnknownKid();
    return (this.#keys ?? []).filter((key) => key.kid === kid && key.fits(algorithm));
  }

  /** Whether this very key is still published as far as is known; false also when that is to be found out first. */
  holds(key: VerificationKey): boolean {
    const age = performance.now() - this.#fetchedAtMs;
    if (age >= MAX_AGE_MS && !this.wasTriedLately) return false;
    if (age >= REFRESH_AGE_MS) void this.keepFresh();
    return this.#keys?.includes(key) === true;
  }

  private publishes(kid: string): boolean {
    return this.#keys?.some((key) => key.kid === kid) === true;
  }

  private get wasTriedLately(): boolean {
    return performance.now() - this.#attemptedAtMs < RETRY_INTERVAL_MS;
  }

  private async keepFresh(): Promise<void> {
    const age = performance.now() - this.#fetchedAtMs;
    if (age < REFRESH_AGE_MS || this.wasTriedLately) return;
    const refresh = this.refreshIfPossible();
    if (age >= MAX_AGE_MS) await atMost(refresh, REFRESH_PATIENCE_MS);
  }

  private async refreshForUnknownKid(): Promise<void> {
    // A refresh that is under way may bring the key: it is awaited, and costs nothing more.
    const isDue = performance.now() - this.#unknownKidAtMs >= UNKNOWN_KID_INTERVAL_MS;
    if (!this.#refresh && !isDue) return;
    if (!this.#refresh) this.#unknownKidAtMs = performance.now();
    await this.refreshIfPossible();
  }

  private async refreshIfPossible(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.onRefreshFailure(error);
    }
  }

  private refresh(): Promise<void> {
    this.#refresh ??= this.fetchAndKeep().finally(() => {
      this.#refresh = undefined;
    });
    return this.#refresh;
  }

  private async fetchAndKeep(): Promise<void> {
    this.#attemptedAtMs = performance.now();
    const known = new Map(this.#keys?.map((key) => [key.identity, key]));
    const published = await this.fetchKeys();
    // A key that has not changed stays the same object, so that tokens verified with it stay verified.
    this.#keys = published.map((key) => known.get(key.identity) ?? key);
    this.#fetchedAtMs = performance.now();
  }
}
