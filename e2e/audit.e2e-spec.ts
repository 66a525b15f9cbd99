import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditBed, operationsOf, parseRecords, reconcile } from './harness/audit-bed.js';
import { eventually } from './harness/server.js';

describe('the audit log of a running server', () => {
  let bed: AuditBed;

  beforeAll(async () => {
    bed = await AuditBed.create();
  });
  afterAll(() => bed.remove());
  beforeEach(() => bed.open());
  afterEach(() => bed.close());

  it('has one record for each of a thousand operations that must have one, over a rotation', async () => {
    await bed.start({});
    const replayed = bed.replay(4, 13);
    await eventually(async () => (await readFile(bed.path, 'utf8')).split('\n').length > 300, 'a third of the records');
    await rename(bed.path, `${bed.path}.1`);
    bed.server.kill('SIGHUP');
    const expected = await replayed;
    await bed.server.stop();

    const [before, after] = [await readFile(`${bed.path}.1`, 'utf8'), await readFile(bed.path, 'utf8')].map(
      parseRecords,
    );
    expect(expected.size).toBe(1_040);
    expect(after!.length).toBeGreaterThan(100);
    reconcile([...before!, ...after!], expected);
  });

  it('has the record of every request that was answered while the server was told to stop', async () => {
    await bed.start({});
    const { answered, done } = bed.load(8, 50_000);
    await eventually(async () => answered.size > 100, 'some load');

    bed.server.kill('SIGTERM');
    await done;
    expect(await bed.server.exit).toEqual({ code: 0, signal: null });

    const ids = parseRecords(await readFile(bed.path, 'utf8')).map(({ metadata }) => metadata.extra.request_id);
    expect([...answered].filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  const isFullDeviceThere = existsSync('/dev/full');

  it.runIf(isFullDeviceThere)('keeps serving on a full disk, says so everywhere', async () => {
    await bed.start({ logFile: '/dev/full' });
    expect((await bed.send('op-1', operationsOf(90_000)[0]!)).status).toBe(201);
    await eventually(async () => (await bed.degraded()).length > 0, 'readiness to say so');

    expect((await bed.send('op-2', operationsOf(90_001)[0]!)).status).toBe(201);
    const readiness = await bed.server.internal('/readiness');
    const errors = bed.server.log().match(/audit log cannot be written/g);

    expect([readiness.status, readiness.json]).toEqual([200, { status: 'ready', degraded: ['audit log'] }]);
    expect(await bed.metric('stacklok_registry_audit_failing')).toBe(1);
    expect(await bed.metric('stacklok_registry_audit_failures_total')).toBeGreaterThan(0);
    expect(errors).toHaveLength(1);
    expect((await bed.server.stop()).code).toBe(0);
  });

  it.runIf(isFullDeviceThere)('refuses changes on a full disk where that is wanted, and serves reads', async () => {
    await bed.start({ logFile: '/dev/full', onFailure: 'refuse' });
    await bed.send('op-1', operationsOf(91_000)[5]!);
    await eventually(async () => (await bed.degraded()).length > 0, 'readiness to say so');

    const refused = await bed.send('op-2', operationsOf(91_000)[0]!);

    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    expect((await bed.send('op-3', operationsOf(91_000)[5]!)).status).toBe(200);
  });
});
