import type { ResourceWatch, WatchScope } from './resource-watch.js';

type Troubled = Pick<ResourceWatch, 'scope' | 'problem'>;

/** The kinds with the same reason, by namespace. */
function describeScopes(scopes: readonly WatchScope[]): string {
  const byNamespace = Map.groupBy(scopes, ({ namespace }) => namespace);
  const parts = [...byNamespace].map(([namespace, within]) => {
    const kinds = within.map(({ resource }) => resource.plural).join(', ');
    return namespace === undefined ? kinds : `${kinds} in namespace ${namespace}`;
  });
  return parts.join(', ');
}

/** The reason in words that do not differ from kind to kind. */
function reasonOf({ problem }: Troubled): string {
  if (problem === undefined) return 'not listed yet';
  // The API server answers 404 to the list of a kind that it does not know.
  if (problem.status === 404) return 'the custom resource definition is not installed';
  const [, who] = /(User "[^"]*" cannot [a-z]+) resource/.exec(problem.reason) ?? [];
  return problem.status === 403 && who !== undefined ? `forbidden: ${who} them` : problem.reason;
}

/**
 * Says what is wrong with the watches of a source, those with the same reason together:
 * `Fetch failed: mcpservers, virtualmcpservers: the custom resource definition is not installed`.
 */
export function problemMessage(watches: readonly Troubled[]): string {
  const parts = [...Map.groupBy(watches, reasonOf)].map(([reason, troubled]) => {
    return `${describeScopes(troubled.map(({ scope }) => scope))}: ${reason}`;
  });
  return `Fetch failed: ${parts.join('; ')}`;
}

/** Says that the source is in line with the cluster, in the words of synchronised sources. */
export function completedMessage(rejectedCount: number): string {
  if (rejectedCount === 0) return 'Sync completed successfully';
  const entries = rejectedCount === 1 ? '1 invalid entry was' : `${rejectedCount} invalid entries were`;
  return `Sync completed successfully, ${entries} skipped`;
}
