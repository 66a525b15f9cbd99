import { beforeEach, describe, expect, it } from 'vitest';
import type { AuthSettings } from '../auth/auth-settings.js';
import type { Caller } from '../auth/caller.js';
import { JsonBytes } from '../common/http/json-bytes.js';
import { AnswerRecall } from './answer-recall.js';
import type { Catalog } from './catalog.js';
import { PageCache } from './page-cache.js';

const callerNamed = (subject: string): Caller => ({ subject, displayName: '', claims: {}, roles: new Set() });
const ann = callerNamed('ann');
const ben = callerNamed('ben');
const URL = '/registry/r/v0.1/servers?limit=1';

describe('AnswerRecall', () => {
  let pages: PageCache;
  let catalog: { content: object; readonly pages: PageCache };
  let auth: { config: object };
  let recall: AnswerRecall;

  beforeEach(() => {
    pages = new PageCache(10_000);
    catalog = { content: {}, pages };
    auth = { config: {} };
    recall = new AnswerRecall(catalog as unknown as Catalog, auth as unknown as AuthSettings);
  });

  function answer(key: string, size = 10): JsonBytes {
    return pages.get(key, () => ({ body: new JsonBytes(Buffer.alloc(size, key)), count: 1 })).body;
  }

  function remember(body: JsonBytes, caller?: Caller, url = URL): void {
    recall.remember(recall.moment(), caller, url, { body, isShared: false });
  }

  it('gives the answer that was given to the same question', () => {
    const body = answer('a');
    remember(body);

    expect(recall.find(undefined, URL)).toEqual({ body, isShared: false });
    expect(recall.find(undefined, `${URL}&version=latest`)).toBeUndefined();
  });

  it('gives nobody the answer of another caller', () => {
    const [ofAnn, ofNobody] = [answer('a'), answer('b')];
    remember(ofAnn, ann);
    remember(ofNobody);

    expect(recall.find(ann, URL)?.body).toBe(ofAnn);
    expect(recall.find(undefined, URL)?.body).toBe(ofNobody);
    expect(recall.find(ben, URL)).toBeUndefined();
    expect(recall.find(callerNamed('ann'), URL)).toBeUndefined();
  });

  it.each([
    ['content', () => (catalog.content = {})],
    ['rules of access', () => (auth.config = {})],
  ])('forgets everything when the %s change', (_what, change) => {
    remember(answer('a'), ann);
    remember(answer('b'));

    change();

    expect(recall.find(ann, URL)).toBeUndefined();
    expect(recall.find(undefined, URL)).toBeUndefined();
  });

  it('does not take an answer that was made before a change for one that was made after it', () => {
    const before = recall.moment();
    const body = answer('a');
    catalog.content = {};

    recall.remember(before, undefined, URL, { body, isShared: true });

    expect(recall.find(undefined, URL)).toBeUndefined();
  });

  it('keeps no answer that the page cache has let go', () => {
    remember(answer('a', 3_000));
    answer('b', 3_000);
    answer('c', 3_000);

    expect(recall.find(undefined, URL)).toBeUndefined();
  });

  it('remembers neither what is in no cache nor very long questions', () => {
    remember(new JsonBytes(Buffer.from('{}')));
    expect(recall.find(undefined, URL)).toBeUndefined();

    const long = `${URL}&search=${'x'.repeat(600)}`;
    remember(answer('a'), undefined, long);
    expect(recall.find(undefined, long)).toBeUndefined();
  });

  it('is bounded', () => {
    const body = answer('a');
    for (let index = 0; index <= 10_000; index++) remember(body, undefined, `/${index}`);

    expect(recall.find(undefined, '/0')).toBeUndefined();
    expect(recall.find(undefined, '/10000')?.body).toBe(body);
  });
});
