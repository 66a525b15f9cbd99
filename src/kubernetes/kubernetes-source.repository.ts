import { Injectable } from '@nestjs/common';
import type { Claims } from '../claims/claims.js';
import { TransactionRunner } from '../database/transaction-runner.js';

/** A kubernetes source as it is defined now. */
export interface KubernetesSource {
  readonly id: number;
  readonly name: string;
  /** As listed in its definition; null or empty when it lists none. */
  readonly namespaces: readonly string[] | null;
  readonly claims: Claims | null;
}

const LIST = `
  SELECT id, name, settings -> 'namespaces' AS namespaces, claims
  FROM source
  WHERE kind = 'kubernetes' AND retired_at IS NULL
  ORDER BY id`;

/** Finds the sources that watch a cluster, of the configuration file and of the administrative API alike. */
@Injectable()
export class KubernetesSourceRepository {
  constructor(private readonly runner: TransactionRunner) {}

  /** All kubernetes sources, oldest first. @throws DatabaseUnavailableError */
  list(): Promise<KubernetesSource[]> {
    return this.runner.query<KubernetesSource>(LIST);
  }
}
