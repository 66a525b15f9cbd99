/** Injection token of this process's {@link ProcessRole}. */
export const PROCESS_ROLE = Symbol('PROCESS_ROLE');

/** What this process has to do among those that serve one port together (`--workers`). */
export interface ProcessRole {
  /**
   * Whether the work is done here that nobody has asked for by a request: synchronisation, watching, provisioning,
   * migrations, and the internal listener. True for exactly one process of a server.
   */
  readonly runsBackground: boolean;
  /** How many processes serve the port. */
  readonly workers: number;
  /** From 1 to `workers`; absent in a process that serves alone. */
  readonly worker?: number;
}

/** The role of a process that serves alone. */
export const SOLE_PROCESS: ProcessRole = { runsBackground: true, workers: 1 };

/** The variable that tells a forked process which of the workers it is, such as `2/4`. */
export const WORKER_VARIABLE = 'THV_REGISTRY_WORKER';

/**
 * The role that the environment names.
 * @param isForked - whether a process that can be talked to has started this one; the variable alone means nothing
 */
export function readProcessRole(environment: NodeJS.ProcessEnv, isForked: boolean): ProcessRole {
  const match = isForked ? /^(\d+)\/(\d+)$/.exec(environment[WORKER_VARIABLE] ?? '') : null;
  if (!match) return SOLE_PROCESS;
  const worker = Number(match[1]);
  return { runsBackground: worker === 1, workers: Number(match[2]), worker };
}

/** The role of this process. */
export const thisProcess: ProcessRole = readProcessRole(process.env, Boolean(process.connected));
