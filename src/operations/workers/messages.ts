/** An embedded database as it travels between processes of one server; the channel is theirs alone. */
export interface EmbeddedAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** The ports that a worker is bound to. */
export interface BoundPorts {
  readonly port: number;
  /** Of the internal listener; only the worker with the background work has one. */
  readonly internalPort?: number;
}

/** How the workers fare together. */
export interface GroupState {
  /** Whether each of them has been ready once. */
  readonly hasStarted: boolean;
  /** Numbers of those that are not ready now. */
  readonly away: readonly number[];
  /** What is down in others than the one that is told, by name. */
  readonly degraded: readonly string[];
}

/** What a worker says to the supervisor. */
export type FromWorker =
  | { readonly type: 'hello' }
  | { readonly type: 'ready'; readonly ports: BoundPorts }
  /** The changed configuration file has been applied to the database. */
  | { readonly type: 'reloaded' }
  /** Names of what is down in this worker while it serves requests. */
  | { readonly type: 'degraded'; readonly names: readonly string[] }
  /** Asks for the metrics of all others. */
  | { readonly type: 'scrape'; readonly id: number }
  | { readonly type: 'exposition'; readonly id: number; readonly text: string }
  /** Something was committed: asks for all others to catch up with the database. */
  | { readonly type: 'announce'; readonly id: number }
  | { readonly type: 'caught-up'; readonly id: number };

/** What the supervisor says to a worker. */
export type ToWorker =
  | { readonly type: 'welcome'; readonly embedded?: EmbeddedAddress }
  | { readonly type: 'group'; readonly state: GroupState }
  /** Asks to take over what concerns every worker of a configuration file that has been applied. */
  | { readonly type: 'follow' }
  | { readonly type: 'collect'; readonly id: number }
  | { readonly type: 'catch-up'; readonly id: number }
  /** All others have caught up, but for those that take too long. */
  | { readonly type: 'all-caught-up'; readonly id: number }
  /** The expositions by the number of the worker. */
  | { readonly type: 'expositions'; readonly id: number; readonly texts: Readonly<Record<string, string>> };
