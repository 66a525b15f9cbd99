import { ProblemList, type Problem } from '../problem.js';
import type { RawConfig } from '../schema/config.schema.js';
import { checkAudit } from './audit.checks.js';
import { checkAuth } from './auth.checks.js';
import { checkDatabase } from './database.checks.js';
import { checkRegistries } from './registries.checks.js';
import { checkSources } from './sources.checks.js';

/**
 * Checks everything that every command checks, in the order of operations spec 1.5. Looks at the file system for
 * `git.auth.passwordFile` and the folder of `audit.logFile`.
 * @returns all problems; a command stops at the first one
 */
export function checkConfig(raw: RawConfig, options: { insecureUrl: boolean }): readonly Problem[] {
  const problems = new ProblemList();
  checkSources(raw.sources, problems);
  const names = raw.sources?.map((source) => source.name ?? '');
  checkRegistries(raw.registries, names && new Set(names), problems);
  checkDatabase(raw.database, problems);
  checkAudit(raw.audit, problems);
  checkAuth(raw.auth, options.insecureUrl, problems);
  if (raw.catalog?.pageCacheBytes !== undefined && raw.catalog.pageCacheBytes <= 0) {
    problems.add(['catalog', 'pageCacheBytes'], 'catalog.pageCacheBytes must be greater than zero');
  }
  return problems.all;
}
