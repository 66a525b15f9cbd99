import { describe, expect, it } from 'vitest';
import { parsePasswd } from './unprivileged-user.js';

describe('parsePasswd', () => {
  it('gives the ids of every user, and skips lines of another shape', () => {
    const text =
      'root:x:0:0:root:/root:/bin/sh\n# comment\nnobody:*:-2:-2::/:/usr/bin/false\n\npostgres:x:101:104::/:/bin/sh\n';

    expect(parsePasswd(text)).toEqual(
      new Map([
        ['root', { uid: 0, gid: 0 }],
        ['postgres', { uid: 101, gid: 104 }],
      ]),
    );
  });
});
