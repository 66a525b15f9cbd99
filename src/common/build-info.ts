import { readFileSync } from 'node:fs';

/** Injection token of {@link BuildInfo}. */
export const BUILD_INFO = Symbol('BUILD_INFO');

/** What `version --format json` and `GET /version` answer (operations spec 3.2); all members are non-empty. */
export interface BuildInfo {
  readonly version: string;
  readonly commit: string;
  readonly build_date: string;
  /** Kept for compatibility: the version of the runtime, which is Node.js here. */
  readonly go_version: string;
  /** `os/arch` in Go's spelling. */
  readonly platform: string;
}

const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', loong64: 'loong64' };
const GO_SYSTEMS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };

function readPackageFile(name: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as Record<string, unknown>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

function text(...candidates: unknown[]): string {
  return candidates.find((value): value is string => typeof value === 'string' && value !== '') ?? 'unknown';
}

/**
 * Describes this build. A release writes `build-info.json` (`version`, `commit`, `build_date`) beside package.json; without
 * it the version is that of package.json and the rest is `unknown`.
 */
export function currentBuildInfo(): BuildInfo {
  const built = readPackageFile('build-info.json');
  const { version } = readPackageFile('package.json');
  return {
    version: text(built['version'], typeof version === 'string' ? `v${version}` : undefined),
    commit: text(built['commit']),
    build_date: text(built['build_date']),
    go_version: `node${process.version}`,
    platform: `${GO_SYSTEMS[process.platform] ?? process.platform}/${GO_ARCHITECTURES[process.arch] ?? process.arch}`,
  };
}
