import { access, mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeStaleWorkspaces, withWorkspace } from './git-workspace.js';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe('workspaces for git', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'workspaces-'));
    vi.stubEnv('TMPDIR', folder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  it('are removed when they were left behind, and else stay', async () => {
    const paths = ['registry-git-old', 'registry-git-new', 'another'].map((name) => join(folder, name));
    for (const path of paths) await mkdir(path);
    for (const path of [paths[0]!, paths[2]!]) await utimes(path, 0, 0);

    await removeStaleWorkspaces();

    expect(await Promise.all(paths.map(exists))).toEqual([false, true, true]);
  });

  it('are none where there is no temporary folder, which a start survives and a fetch names', async () => {
    vi.stubEnv('TMPDIR', join(folder, 'missing'));

    await expect(removeStaleWorkspaces()).resolves.toBeUndefined();
    await expect(withWorkspace(() => Promise.resolve())).rejects.toThrow(
      `temporary folder ${join(folder, 'missing')}: ENOENT`,
    );
  });
});
