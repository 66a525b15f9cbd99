import { readFile, stat } from 'node:fs/promises';

/** Ids that PostgreSQL's processes run with; undefined: those of this process. */
export type ProcessUser = { readonly uid: number; readonly gid: number } | undefined;

const CANDIDATES = ['postgres', '_postgres', 'nobody'];
const PASSWD = '/etc/passwd';

/**
 * Chooses whom PostgreSQL runs as, since it refuses to run as root: nobody else for an ordinary user; for root the owner of the
 * data folder, if it has one already, else the system's `postgres` or `nobody`. No user is created.
 * @throws Error when root finds none of them
 */
export async function chooseProcessUser(dataDir: string): Promise<ProcessUser> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDir).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const users = parsePasswd(await readFile(PASSWD, 'utf8').catch(() => ''));
  for (const name of CANDIDATES) {
    const user = users.get(name);
    if (user) return user;
  }
  throw new Error(
    `embedded database: PostgreSQL does not run as root, and none of the users ${CANDIDATES.join(', ')} exists`,
  );
}

/** Name to ids, of the lines `name:password:uid:gid:...`. */
export function parsePasswd(text: string): Map<string, { uid: number; gid: number }> {
  const users = new Map<string, { uid: number; gid: number }>();
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && /^\d+$/.test(uid ?? '') && /^\d+$/.test(gid ?? ''))
      users.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return users;
}
