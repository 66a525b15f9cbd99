import { spawnSync } from 'node:child_process';
import { access, readFile, rename, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditBed, operationsOf, parseRecords, reconcile, type AuditRecord } from './harness/audit-bed.js';
import { eventually } from './harness/server.js';

/** 128 KiB, so that a thousand records fill it several times. */
const CAPACITY = 128 * 1024;

const OWN_DISK = `mount -t tmpfs -o size=${CAPACITY} tmpfs "$1" && shift && exec "$@"`;
const canMount = spawnSync('unshare', ['-m', 'sh', '-c', OWN_DISK, 'sh', tmpdir(), 'true']).status === 0;
if (!canMount) console.warn('this user may not mount: the audit log is tested on a file with a quota only');

/** A way to run a server whose audit log has little space. */
interface Disk {
  readonly name: string;
  readonly isAvailable: boolean;
  readonly within: (folder: string) => readonly string[];
  /** The folder as this process sees it. */
  readonly seen: (folder: string, pid: number) => string;
}

const DISKS: readonly Disk[] = [
  {
    name: 'a file with a quota',
    isAvailable: true,
    // In blocks of 512 bytes. What is compiled is larger than that, so it must not be cached.
    within: () => ['sh', '-c', `ulimit -f ${CAPACITY / 512}; NODE_DISABLE_COMPILE_CACHE=1 exec "$@"`, 'sh'],
    seen: (folder) => folder,
  },
  {
    name: 'a disk of its own',
    isAvailable: canMount,
    within: (folder) => ['unshare', '-m', 'sh', '-c', OWN_DISK, 'sh', folder],
    seen: (folder, pid) => join(`/proc/${pid}/root`, folder),
  },
];

describe.each(DISKS)('the audit log on $name that fills up', ({ isAvailable, within, seen }) => {
  let bed: AuditBed;

  beforeAll(async () => {
    bed = await AuditBed.create();
  });
  afterAll(() => bed.remove());
  beforeEach(() => bed.open());
  afterEach(() => bed.close());

  const start = (audit: Record<string, unknown> = {}): Promise<void> =>
    bed.start(audit, { within: within(bed.folder), env: { LOG_LEVEL: 'info' } });
  const path = (): string => join(seen(bed.folder, bed.server.pid), 'audit.log');
  const isFull = async (): Promise<boolean> => (await bed.degraded()).includes('audit log');
  const linesOfLog = (message: string): number => bed.server.log().split(`"msg":"${message}"`).length - 1;

  /** Writes records until one does not fit any more. */
  async function fill(offset: number): Promise<void> {
    for (let n = 0; !(await isFull()); n++) await bed.replay(2, 2, offset + n * 10);
    expect((await stat(path())).size).toBeLessThan(CAPACITY);
  }

  /** Moves the file away and takes it off the disk. @returns its records, whole ones */
  async function rotate(): Promise<AuditRecord[]> {
    const old = `${path()}.old`;
    await rename(path(), old);
    bed.server.kill('SIGHUP');
    await eventually(() => access(path()).then(() => true), 'the new file');
    const records = parseRecords(await readFile(old, 'utf8'));
    await rm(old);
    return records;
  }

  it.runIf(isAvailable)('loses none of a thousand operations when space is made in time', async () => {
    await start();
    const records: AuditRecord[] = [];
    const replayed = bed.replay(4, 13);
    const pause = () => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 50));
    let expected: Awaited<typeof replayed> | undefined;
    let rotations = 0;
    while (!expected) {
      expected = await Promise.race([replayed, pause()]);
      if (!(await isFull())) continue;
      records.push(...(await rotate()));
      rotations++;
    }
    if (await isFull()) records.push(...(await rotate()));
    await eventually(async () => !(await isFull()), 'the rest to be written');
    const [failures, lost] = [
      await bed.metric('stacklok_registry_audit_failures_total'),
      await bed.metric('stacklok_registry_audit_lost_total'),
    ];
    records.push(...parseRecords(await readFile(path(), 'utf8')));

    reconcile(records, expected);
    expect(expected.size).toBe(1_040);
    expect(rotations).toBeGreaterThanOrEqual(3);
    expect([failures >= rotations, lost]).toEqual([true, 0]);
    expect(linesOfLog('audit log cannot be written')).toBe(1);
    expect(linesOfLog('audit log can be written again')).toBe(1);
  });

  it.runIf(isAvailable)('serves on, and resumes by itself when the file is emptied', async () => {
    await start();
    await fill(100_000);
    const kept = await readFile(path(), 'utf8');
    expect(parseRecords(kept).length).toBeGreaterThan(50);

    expect((await bed.send('op-full', operationsOf(190_000)[0]!)).status).toBe(201);
    expect((await bed.server.internal('/readiness')).json).toEqual({ status: 'ready', degraded: ['audit log'] });
    expect(await bed.metric('stacklok_registry_audit_failing')).toBe(1);
    expect(await readFile(path(), 'utf8')).toBe(kept);
    await truncate(path(), 0);

    await eventually(async () => !(await isFull()), 'the log to be written again');
    const records = parseRecords(await readFile(path(), 'utf8'));
    expect(records.filter(({ metadata }) => metadata.extra.request_id === 'op-full')).toHaveLength(1);
    expect(await bed.metric('stacklok_registry_audit_failing')).toBe(0);
    expect(linesOfLog('audit log can be written again')).toBe(1);
  });

  it.runIf(isAvailable)('refuses changes where that is wanted, and makes none', async () => {
    await start({ onFailure: 'refuse' });
    await fill(200_000);
    const [publish, , , , , list] = operationsOf(290_000);
    const [create, , , remove] = operationsOf(290_000).slice(12);

    const refused = [];
    for (const operation of [publish!, create!, remove!]) refused.push(await bed.send('op-refused', operation));
    const listed = await bed.send('op-read', list!);
    const { name } = (publish!.body as { server: { name: string } }).server;

    for (const answer of refused) {
      expect([answer.status, answer.headers['retry-after'], answer.json]).toEqual([
        503,
        '5',
        { error: 'audit log unavailable' },
      ]);
    }
    expect([listed.status, listed.text.includes(name)]).toEqual([200, false]);
    expect((await bed.send('op-read', { ...create!, method: 'GET', body: undefined })).status).toBe(404);

    await rotate();
    await eventually(async () => !(await isFull()), 'the log to be written again');
    expect((await bed.send('op-again', publish!)).status).toBe(201);
    const records = parseRecords(await readFile(path(), 'utf8'));
    expect(
      records
        .filter(({ metadata }) => metadata.extra.request_id === 'op-refused')
        .map(({ type, outcome, target }) => [type, outcome, target['resource_name']]),
    ).toEqual([
      ['entry.publish', 'error', name],
      ['registry.update', 'error', 'r-290000'],
      ['registry.delete', 'error', 'r-290000'],
    ]);
  });

  it.runIf(isAvailable)('says how many records are lost when it is told to stop under load', async () => {
    await start();
    await fill(300_000);
    const written = parseRecords(await readFile(path(), 'utf8')).length;
    const served = (await bed.metric('stacklok_registry_audit_records_total')) - written;
    const { answered, done } = bed.load(4, 390_000);
    await eventually(async () => answered.size > 100, 'some load');
    // The folder of a disk of its own is gone with the process.
    const watched = readFile(path(), 'utf8');

    bed.server.kill('SIGTERM');
    await done;
    expect(await bed.server.exit).toEqual({ code: 0, signal: null });

    const lost = Number(/"lost":(\d+),"msg":"audit records lost"/.exec(bed.server.log())?.[1]);
    expect(parseRecords(await watched)).toHaveLength(written);
    expect(lost).toBe(served + answered.size);
  });
});

describe('an audit log that two workers write', () => {
  let bed: AuditBed;

  beforeAll(async () => {
    bed = await AuditBed.create();
  });
  afterAll(() => bed.remove());
  beforeEach(() => bed.open());
  afterEach(() => bed.close());

  it('loses no record and cuts none off while it fills up again and again', async () => {
    const [quota] = DISKS;
    await bed.start(
      {},
      { args: ['--workers', '2'], within: quota!.within(bed.folder), env: { LOG_LEVEL: 'info' }, readyMs: 60_000 },
    );
    const isFull = async () => (await bed.degraded()).includes('audit log');
    const olds: string[] = [];
    const rotate = async () => {
      olds.push(`${bed.path}.${olds.length}`);
      await rename(bed.path, olds.at(-1)!);
      bed.server.kill('SIGHUP');
      await eventually(() => access(bed.path).then(() => true), 'the new file');
    };
    const replayed = bed.replay(4, 13);
    const pause = () => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 50));
    let expected: Awaited<typeof replayed> | undefined;
    while (!expected) {
      expected = await Promise.race([replayed, pause()]);
      if (await isFull()) await rotate();
    }
    while (await isFull()) {
      await rotate();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }

    const records: AuditRecord[] = [];
    // Both have long opened the new file.
    for (const file of [...olds, bed.path]) records.push(...parseRecords(await readFile(file, 'utf8')));
    const own = records.filter(({ metadata }) => metadata.extra.request_id.startsWith('op-'));
    const seen = own.map(({ metadata, type, outcome }) => `${metadata.extra.request_id} ${type} ${outcome}`);
    const due = [...expected].flatMap(([id, what]) => (what ? [`${id} ${what.join(' ')}`] : []));
    expect(seen.toSorted()).toEqual(due.toSorted());
    expect(olds.length).toBeGreaterThanOrEqual(3);
  });
});
