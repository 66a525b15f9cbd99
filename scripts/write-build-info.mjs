// Writes build-info.json beside package.json, which `version` and GET /version read. The variables BUILD_VERSION,
// BUILD_COMMIT and BUILD_DATE win; without them the commit is that of the git checkout and the time is now.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

function headCommit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}

const { BUILD_VERSION, BUILD_COMMIT, BUILD_DATE } = process.env;
const now = `${new Date().toISOString().slice(0, 19).replace('T', ' ')} UTC`;
const info = {
  version: BUILD_VERSION || undefined,
  commit: BUILD_COMMIT || headCommit().trim() || undefined,
  build_date: BUILD_DATE || now,
};
writeFileSync(new URL('../build-info.json', import.meta.url), `${JSON.stringify(info, null, 2)}\n`);
