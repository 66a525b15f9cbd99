import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeySet } from './key-set.js';
import { VerificationKey } from './verification-key.js';

const MINUTE = 60_000;
const newKey = (kid: string, n = 'modulus'): VerificationKey => {
  const key = VerificationKey.from({ kty: 'RSA', kid, n, e: 'AQAB' });
  if (!key) throw new Error('not a key');
  return key;
};

interface Provider {
  published: VerificationKey[];
  fetches: number;
  failure: Error | undefined;
  /** While set, fetches wait for it. */
  delay: Promise<void> | undefined;
}

function newProvider(...published: VerificationKey[]): Provider {
  return { published, fetches: 0, failure: undefined, delay: undefined };
}

function keySetOf(provider: Provider, onFailure: (error: unknown) => void = () => {}): KeySet {
  const fetchKeys = async (): Promise<VerificationKey[]> => {
    provider.fetches++;
    await provider.delay;
    if (provider.failure) throw provider.failure;
    return [...provider.published];
  };
  return new KeySet(fetchKeys, onFailure);
}

const kids = (keys: readonly VerificationKey[]): string[] => keys.map(({ kid }) => kid);

describe('KeySet', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('fetches once for any number of requests', async () => {
    const provider = newProvider(newKey('a'), newKey('b'));
    const keys = keySetOf(provider);

    const found = await Promise.all(['a', 'b', 'a'].map((kid) => keys.find(kid, 'RS256')));

    expect(found.map(kids)).toEqual([['a'], ['b'], ['a']]);
    expect(provider.fetches).toBe(1);
  });

  it('finds no key for an algorithm that does not fit, without asking again', async () => {
    const provider = newProvider(newKey('a'));
    const keys = keySetOf(provider);

    expect(await keys.find('a', 'ES256')).toEqual([]);
    expect(provider.fetches).toBe(1);
  });

  it('finds all keys that share an id', async () => {
    const keys = keySetOf(newProvider(newKey('a', 'one'), newKey('a', 'two')));

    expect(kids(await keys.find('a', 'RS256'))).toEqual(['a', 'a']);
  });

  it('asks again for the first unknown key, right after the first fetch', async () => {
    const provider = newProvider(newKey('a'));
    const keys = keySetOf(provider);

    expect(await keys.find('b', 'RS256')).toEqual([]);
    expect(provider.fetches).toBe(2);
  });

  it('finds a new key at once and forgets the one that has gone', async () => {
    const provider = newProvider(newKey('a'));
    const keys = keySetOf(provider);
    const [old] = await keys.find('a', 'RS256');
    provider.published = [newKey('b')];

    expect(kids(await keys.find('b', 'RS256'))).toEqual(['b']);
    expect(await keys.find('a', 'RS256')).toEqual([]);
    expect(old && keys.holds(old)).toBe(false);
    expect(provider.fetches).toBe(2);
  });

  it('asks for unknown keys at most once in five seconds', async () => {
    const provider = newProvider(newKey('a'));
    const keys = keySetOf(provider);
    await keys.find('a', 'RS256');

    await Promise.all(Array.from({ length: 40 }, (_, index) => keys.find(`x-${index}`, 'RS256')));
    expect(provider.fetches).toBe(2);

    vi.advanceTimersByTime(4_999);
    await keys.find('y', 'RS256');
    expect(provider.fetches).toBe(2);

    vi.advanceTimersByTime(1);
    await keys.find('y', 'RS256');
    expect(provider.fetches).toBe(3);
  });

  it('lets a request wait for the refresh that another one has caused', async () => {
    const provider = newProvider(newKey('a'));
    const keys = keySetOf(provider);
    await keys.find('a', 'RS256');
    provider.published = [newKey('b')];

    const found = await Promise.all([keys.find('x', 'RS256'), keys.find('b', 'RS256')]);

    expect(found.map(kids)).toEqual([[], ['b']]);
    expect(provider.fetches).toBe(2);
  });

  it('keeps a key the same object when it is published unchanged', async () => {
    const provider = newProvider(newKey('a'));
    const keys = keySetOf(provider);
    const [before] = await keys.find('a', 'RS256');
    provider.published = [newKey('a'), newKey('b')];
    await keys.find('b', 'RS256');

    expect(before && keys.holds(before)).toBe(true);
    provider.published = [newKey('a', 'another modulus')];
    vi.advanceTimersByTime(5_000);
    await keys.find('x', 'RS256');
    expect(before && keys.holds(before)).toBe(false);
  });

  it('refreshes in the background after ten minutes', async () => {
    const provider = newProvider(newKey('a'));
    const keys = keySetOf(provider);
    const [old] = await keys.find('a', 'RS256');
    provider.published = [];
    vi.advanceTimersByTime(10 * MINUTE);

    expect(old && keys.holds(old)).toBe(true);
    await vi.waitFor(() => expect(old && keys.holds(old)).toBe(false));
    expect(provider.fetches).toBe(2);
  });

  it('uses no key that was fetched more than fifteen minutes ago without having asked', async () => {
    const provider = newProvider(newKey('a'));
    const keys = keySetOf(provider);
    const [old] = await keys.find('a', 'RS256');
    provider.published = [newKey('b')];
    vi.advanceTimersByTime(15 * MINUTE);

    expect(old && keys.holds(old)).toBe(false);
    expect(await keys.find('a', 'RS256')).toEqual([]);
  });

  it('goes on with the keys it has while the provider is away, and asks again every half minute', async () => {
    const provider = newProvider(newKey('a'));
    const failures: unknown[] = [];
    const keys = keySetOf(provider, (error) => failures.push(error));
    const [key] = await keys.find('a', 'RS256');
    provider.failure = new Error('away');
    vi.advanceTimersByTime(15 * MINUTE);

    expect(kids(await keys.find('a', 'RS256'))).toEqual(['a']);
    expect(key && keys.holds(key)).toBe(true);
    expect([provider.fetches, failures]).toEqual([2, [provider.failure]]);

    vi.advanceTimersByTime(30_000);
    await keys.find('a', 'RS256');
    expect(provider.fetches).toBe(3);
  });

  it('waits three seconds for a provider that does not answer while there are keys to go on with', async () => {
    const provider = newProvider(newKey('a'));
    const keys = keySetOf(provider);
    await keys.find('a', 'RS256');
    provider.delay = new Promise(() => {});
    vi.advanceTimersByTime(15 * MINUTE);

    const found = keys.find('a', 'RS256');
    await vi.advanceTimersByTimeAsync(3_000);

    expect(kids(await found)).toEqual(['a']);
    expect(kids(await keys.find('a', 'RS256'))).toEqual(['a']);
  });

  it('throws what keeps the first fetch from succeeding, and tries again for the next request', async () => {
    const provider = newProvider(newKey('a'));
    const keys = keySetOf(provider);
    provider.failure = new Error('away');

    await expect(keys.find('a', 'RS256')).rejects.toThrow('away');

    provider.failure = undefined;
    expect(kids(await keys.find('a', 'RS256'))).toEqual(['a']);
  });
});
