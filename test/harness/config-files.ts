import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A temporary folder of a test. */
export interface ScratchFolder {
  readonly path: string;
  /** Writes a file, objects as JSON, and gives its absolute path. */
  write(name: string, content: string | object): string;
  remove(): void;
}

/** Creates an empty temporary folder. */
export function createScratchFolder(): ScratchFolder {
  const path = mkdtempSync(join(tmpdir(), 'registry-config-'));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A configuration as its file holds it, with members that tests reach into. */
export interface ConfigDocument {
  sources: Record<string, unknown>[];
  registries: Record<string, unknown>[];
  auth?: Record<string, unknown>;
  database?: Record<string, unknown>;
  [key: string]: unknown;
}

/** The smallest valid configuration of a synchronised source; `change` may alter it in place or give another one. */
export function newConfigDocument(change?: (document: ConfigDocument) => object | void): object {
  const document: ConfigDocument = {
    sources: [{ name: 'local', file: { path: 'registry.json' }, syncPolicy: { interval: '1h' } }],
    registries: [{ name: 'default', sources: ['local'] }],
    auth: { mode: 'anonymous' },
    database: { host: 'db.example.com', port: 5432, user: 'u', database: 'd' },
  };
  return change?.(document) ?? document;
}
