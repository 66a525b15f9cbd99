import type { ResourceWatch, WatchScope } from './resource-watch.js';

type Troubled = Pick<ResourceWatch, 'scope' | 'problem'>;

function inNamespace({ namespace }: WatchScope): string {
  return namespace === undefined ? '' : ` in namespace ${namespace}`;
}

/** The API server answers 404 to the list of a kind that it does not know: its definition is not installed. */
function reasonOf({ problem }: Troubled): string {
  if (problem === undefined) return 'not listed yet';
  return problem.status === 404 ? 'the custom resource definition is not installed' : problem.reason;
}

/**
 * Says what is wrong with the watches of a source, those with the same reason together:
 * `Fetch failed: mcpservers, virtualmcpservers: the custom resource definition is not installed`.
 */
export function problemMessage(watches: readonly Troubled[]): string {
  const byReason = new Map<string, string[]>();
  for (const watch of watches) {
    const reason = reasonOf(watch);
    const where = `${watch.scope.resource.plural}${inNamespace(watch.scope)}`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), where]);
  }
  return `Fetch failed: ${[...byReason].map(([reason, where]) => `${where.join(', ')}: ${reason}`).join('; ')}`;
}

/** Says that the source is in line with the cluster, in the words of synchronised sources. */
export function completedMessage(rejectedCount: number): string {
  if (rejectedCount === 0) return 'Sync completed successfully';
  const entries = rejectedCount === 1 ? '1 invalid entry was' : `${rejectedCount} invalid entries were`;
  return `Sync completed successfully, ${entries} skipped`;
}
