import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../common/exact-json.js';
import { parseApiState, toJson, type ApiState } from './api-state.js';

describe('parseApiState', () => {
  it('reads what was written', () => {
    const state: ApiState = {
      fullAt: 1,
      since: 2,
      newest: 3,
      ignoredUntil: 4,
      total: 5,
      extensions: 'e',
      changes: 'c',
    };

    expect(parseApiState(toJson(state))).toEqual(state);
    expect(parseApiState(toJson({ fullAt: 1, total: undefined }))).toEqual({ fullAt: 1 });
  });

  it.each<JsonValue>([null, 1, 'x', [], {}, { fullAt: 'x' }, { fingerprint: 'abc' }])(
    'takes nothing from %j',
    (value) => {
      expect(parseApiState(value)).toBeUndefined();
    },
  );

  it('drops members of a wrong type', () => {
    expect(parseApiState({ fullAt: 1, since: 'x', extensions: 7 })).toEqual({ fullAt: 1 });
  });
});
