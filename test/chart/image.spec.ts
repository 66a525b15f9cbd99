import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load-config.js';
import { defaultValues } from '../harness/chart.js';
import { readStages, type Stage } from '../harness/dockerfile.js';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const stages = readStages(dockerfile);
const image = stages.at(-1)!;

function textsOf({ instructions }: Stage, name: string): string[] {
  return instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);
}

/** Sources and target of each COPY, with the stage it copies from. */
function copiesOf(stage: Stage): { from: string | undefined; sources: string[]; target: string }[] {
  return textsOf(stage, 'COPY').map((text) => {
    const [, from, paths = ''] = /^(?:--from=(\S+)\s+)?(.+)$/.exec(text) ?? [];
    const words = paths.split(/\s+/);
    return { from, sources: words.slice(0, -1), target: words.at(-1) ?? '' };
  });
}

/** A pattern of .dockerignore, whose stars match names with a leading dot as well. */
function toRegExp(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*\*\/|\*/g, (star) => (star === '*' ? '[^/]*' : '(.*/)?'))}$`);
}

/** Whether the build sees a path: the last line of .dockerignore that matches it, or a folder of it, decides. */
function isSent(path: string): boolean {
  const folders = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  let isIgnored = false;
  for (const line of readFileSync('.dockerignore', 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const pattern = line.replace(/^!/, '');
    if (folders.some((folder) => toRegExp(pattern).test(folder))) isIgnored = !line.startsWith('!');
  }
  return !isIgnored;
}

describe('the image', () => {
  it('is made from three stages of the same slim Node.js', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'dependencies', undefined]);
    expect(new Set(stages.map(({ base }) => base))).toEqual(new Set(['node:24-trixie-slim']));
  });

  it('copies what exists and is sent to the build', () => {
    const sources = stages.flatMap((stage) => copiesOf(stage).flatMap((copy) => (copy.from ? [] : copy.sources)));

    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources)
      expect({ source, exists: existsSync(source), isSent: isSent(source) }).toEqual({
        source,
        exists: true,
        isSent: true,
      });
  });

  it('copies from stages that are there, what they made', () => {
    const copies = copiesOf(image).filter(({ from }) => from !== undefined);

    const made = { dependencies: ['/app/node_modules'], build: ['/app/build-info.json', '/app/dist'] };
    for (const { from, sources } of copies)
      expect(made[from as keyof typeof made]).toEqual(expect.arrayContaining(sources));
    expect(copies).toHaveLength(3);
  });

  it.each(['.git/config', 'node_modules/a', 'dist/main.js', 'data/postgres', '.env', 'src/main.spec.ts', 'test/a.ts'])(
    'does not get to see %s',
    (path) => {
      expect(isSent(path)).toBe(false);
    },
  );

  it('holds production dependencies alone', () => {
    const [install] = textsOf(stages[1]!, 'RUN');

    expect(install).toContain('npm ci --omit=dev --omit=optional --ignore-scripts');
    expect(copiesOf(image).flatMap(({ sources }) => sources)).not.toContain('package-lock.json');
  });

  it('starts the program, whose commands follow, under an init process', () => {
    const entrypoint = JSON.parse(textsOf(image, 'ENTRYPOINT')[0]!) as string[];

    const run = textsOf(image, 'RUN').join(' ');
    expect(entrypoint).toEqual(['tini', '--', 'thv-registry-api']);
    expect(run).toContain('ln -s /app/dist/main.js /usr/local/bin/thv-registry-api');
    expect(run).toMatch(/apt-get install .*\bca-certificates git openssh-client tini\b/);
    expect(readFileSync('src/main.ts', 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(textsOf(stages[0]!, 'RUN').join(' ')).toContain('chmod 755 dist/main.js');
    expect(textsOf(image, 'CMD')).toEqual([]);
  });

  it('runs as the user of the chart, which has a name and a home', () => {
    const uid = defaultValues()['securityContext'].runAsUser as number;

    const run = textsOf(image, 'RUN').join(' ');
    expect(textsOf(image, 'USER')).toEqual([`${uid}:${uid}`]);
    expect(run).toContain(`registry:x:${uid}:${uid}::/home/registry:`);
    expect(textsOf(image, 'ENV')).toEqual(['NODE_ENV=production HOME=/home/registry']);
  });

  it('says which ports it has and how to ask after its health', () => {
    const [health = ''] = textsOf(image, 'HEALTHCHECK');

    const command = JSON.parse(health.slice(health.indexOf('CMD') + 3)) as string[];
    expect(textsOf(image, 'EXPOSE')).toEqual(['8080 8081']);
    expect(command).toEqual(['node', 'scripts/healthcheck.mjs']);
    expect(copiesOf(image).flatMap(({ sources }) => sources)).toContain('scripts/healthcheck.mjs');
  });

  it('is labelled as the Open Container Initiative asks', () => {
    const labels = textsOf(image, 'LABEL').join(' ');

    for (const key of ['title', 'description', 'licenses', 'source', 'version', 'revision', 'created']) {
      expect(labels).toContain(`org.opencontainers.image.${key}=`);
    }
  });

  it('holds no secrets', () => {
    const settings = stages.flatMap((stage) => [...textsOf(stage, 'ENV'), ...textsOf(stage, 'ARG')]).join(' ');

    expect(settings).not.toMatch(/password|secret|token|key/i);
  });
});

describe('docker-compose.yaml', () => {
  const compose = parse(readFileSync('docker-compose.yaml', 'utf8'), { merge: true }) as Record<string, any>;
  const { postgres, registry } = compose['services'];

  it('starts the server when the database is healthy', () => {
    expect(postgres.image).toBe('postgres:18-alpine');
    expect(postgres.healthcheck.test).toEqual(['CMD', 'pg_isready', '--username=registry', '--dbname=registry']);
    expect(registry.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
  });

  it('opens the public port of the server to this machine, and none of the database', () => {
    expect(registry.ports).toEqual(['127.0.0.1:8080:8080']);
    expect(postgres).not.toHaveProperty('ports');
  });

  it('mounts what exists, for reading alone, and volumes that are declared', () => {
    const [source, target, mode] = registry.volumes[0].split(':');

    expect(statSync(source).isDirectory()).toBe(true);
    expect({ target, mode }).toEqual({ target: '/app/config', mode: 'ro' });
    expect(registry).toMatchObject({ read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'] });
    expect(Object.keys(compose['volumes'])).toEqual([postgres.volumes[0].split(':')[0]]);
    // Where PostgreSQL 18 and newer ones keep their data.
    expect(postgres.volumes[0].split(':')[1]).toBe('/var/lib/postgresql');
  });

  it('gives the server a configuration that names the database, with the password that it was made with', () => {
    const [command, flag, path] = registry.command as string[];

    const warnings: string[] = [];
    const { database } = loadConfig(
      { path: path!.replace('/app/', ''), environment: registry.environment },
      (warning) => void warnings.push(warning),
    );

    const { POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD } = postgres.environment;
    expect([command, flag]).toEqual(['serve', '--config']);
    expect(database).toMatchObject({ host: 'postgres', port: 5432, user: POSTGRES_USER, database: POSTGRES_DB });
    expect(database.embedded).toBeUndefined();
    expect(database.password?.reveal()).toBe(POSTGRES_PASSWORD);
    expect(warnings).toEqual([]);
  });

  it('gives requests in progress their 30 s', () => {
    expect(Number.parseInt(registry.stop_grace_period, 10)).toBeGreaterThan(30);
  });
});
