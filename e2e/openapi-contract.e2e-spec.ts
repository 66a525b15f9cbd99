import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestIssuer } from '../test/harness/issuer.js';
import { bodyVariants } from './harness/body-variants.js';
import { newDocument, newServer, newSkill } from './harness/documents.js';
import { OpenApiContract, type Operation, type Schema } from './harness/openapi-contract.js';
import { createServerDatabase, startServer, type RunningServer, type ServerDatabase } from './harness/server.js';

const HOURLY = { syncPolicy: { interval: '1h' } };
const CLAIMS = { org: 'acme' };

/** Path parameters that lead to something. */
const KNOWN: Readonly<Record<string, string>> = {
  registryName: 'default',
  serverName: 'io.example%2Falpha',
  namespace: 'io.example',
  type: 'server',
  version: '1.0.0',
};
const KNOWN_NAMES: readonly [RegExp, string][] = [
  [/\/skills\//, 'writer'],
  [/\/plugins\//, 'linter'],
  [/\/entries\/\{type\}/, 'io.own%2Fpublished'],
  [/./, 'scratch'],
];

/** Path parameters that lead nowhere, or that have to be refused. */
const UNUSUAL = ['unknown', 'caf%C3%A9', 'a%2Fb', '%20', 'a%20b', '%00', '%ff', '%ED%A0%80', '..%2f', 'x'.repeat(300)];

const QUERY_VALUES = ['0', '1', '-1', '1e3', '99999999999', 'true', 'remote', 'stdio', '2026-01-01T00:00:00Z', 'text'];

const SERVER = newServer('io.example/alpha', '1.0.0', {
  title: 'Alpha',
  repository: { url: 'https://git.example/alpha', source: 'other' },
  icons: [{ src: 'https://example.com/a.png', mimeType: 'image/png', sizes: ['48x48'], theme: 'dark' }],
  remotes: [{ type: 'sse', url: 'https://mcp.example/sse', headers: [{ name: 'X', isSecret: true }] }],
});
const SKILL = newSkill('writer', '1.0.0', {
  packages: [{ registryType: 'oci', identifier: 'x' }],
  allowedTools: ['Read'],
  repository: { url: 'https://git.example', type: 'git' },
});
const PLUGIN = newSkill('linter', '1.0.0', { license: 'MIT', icons: [{ src: 'https://example.com/a.png' }] });
const GIT_AUTH = { username: 'bot', passwordFile: process.execPath };
const OAUTH2 = { tokenUrl: 'http://127.0.0.1:9', clientId: 'registry', clientSecretFile: process.execPath };
const PUBLISHED = newServer('io.own/published');

/** By path, bodies that are all right. Each documented member is once in a body whose other members are as they should be. */
const VALID_BODIES: Readonly<Record<string, readonly object[]>> = {
  '/v1/entries': [{ server: PUBLISHED, claims: CLAIMS }],
  '/v1/entries/{type}/{name}/claims': [{ claims: { ...CLAIMS, team: ['a', 'b'] } }],
  '/v1/registries/{name}': [{ sources: ['local', 'mine'], claims: CLAIMS, access: 'public' }],
  '/v1/sources/{name}': [
    { file: { path: '/none.json' }, ...HOURLY, format: 'upstream', filter: { names: {}, tags: {} }, claims: CLAIMS },
    { file: { data: newDocument([newServer('io.inline/a')]) }, claims: CLAIMS },
    { git: { repository: '/none.git', auth: GIT_AUTH }, ...HOURLY, claims: CLAIMS },
    { api: { endpoint: 'http://127.0.0.1:9', auth: { oauth2: OAUTH2 } }, ...HOURLY, claims: CLAIMS },
    { kubernetes: {}, claims: CLAIMS },
  ],
};

let folder: string;
let database: ServerDatabase;
let server: RunningServer;
let contract: OpenApiContract;
let token: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-e2e-'));
  await writeFile(join(folder, 'registry.json'), newDocument([SERVER], { skills: [SKILL], plugins: [PLUGIN] }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(auth: object, env: Record<string, string> = {}): Promise<void> {
  database = await createServerDatabase();
  const config = {
    sources: [
      { name: 'local', file: { path: join(folder, 'registry.json') }, ...HOURLY, claims: CLAIMS },
      { name: 'mine', managed: {}, claims: CLAIMS },
    ],
    registries: [{ name: 'default', sources: ['mine', 'local'], claims: CLAIMS }],
    auth,
    database: database.block,
  };
  server = await startServer(config, { env });
  contract = new OpenApiContract((await server.get('/openapi.json')).json);
  await server.synced('local', 'complete', token === undefined ? {} : { token });
}

async function stop(): Promise<void> {
  await server?.stop();
  await database?.drop();
}

/** The path of an operation; parameters that are not given lead to something that is there. */
function pathOf({ path }: Operation, given: Readonly<Record<string, string>> = {}): string {
  const [, name = ''] = KNOWN_NAMES.find(([pattern]) => pattern.test(path)) ?? [];
  return path.replaceAll(/\{(\w+)\}/g, (_all, parameter: string) => given[parameter] ?? KNOWN[parameter] ?? name);
}

const parametersIn = (operation: Operation, where: 'path' | 'query') =>
  operation.parameters.filter((parameter) => parameter.in === where);

function operationsBut(...methods: readonly string[]): Operation[] {
  return contract.operations.filter(({ method }) => !methods.includes(method));
}

function operationAt(path: string): Operation {
  const found = contract.operations.find((operation) => operation.path === path);
  if (!found) throw new Error(`${path} is not documented`);
  return found;
}

function request({ method }: Operation, path: string, body?: unknown) {
  const options = { ...(body !== undefined && { body }), ...(token !== undefined && { token }) };
  return server.request(method.toUpperCase(), path, options);
}

/** Sends a request; what is wrong with its answer, as a list of one, or an empty list. */
async function problemsOf(operation: Operation, path: string, body?: unknown): Promise<string[]> {
  const problem = contract.findAnswerProblem(operation, await request(operation, path, body));
  return problem === undefined ? [] : [`${operation.method} ${path}: ${problem}`];
}

/** Makes what the paths of writes lead to, as far as it is not there. */
async function makeScratch(): Promise<void> {
  const options = token === undefined ? {} : { token };
  const source = { file: { path: '/none.json' }, ...HOURLY, claims: CLAIMS };
  await server.request('PUT', '/v1/sources/scratch', { ...options, body: source });
  await server.request('PUT', '/v1/registries/scratch', { ...options, body: { sources: ['local'], claims: CLAIMS } });
  await server.request('POST', '/v1/entries', { ...options, body: { server: PUBLISHED, claims: CLAIMS } });
}

/** The value of a query parameter as its schema sees it. */
function typed({ type }: Schema, value: string): unknown {
  if (type === 'array') return [value];
  if (type === 'integer') return Number(value);
  return type === 'boolean' && value === 'true' ? true : value;
}

describe('the API without authentication, and its OpenAPI document', () => {
  beforeAll(() => start({ mode: 'anonymous' }));
  afterAll(stop);

  it('has schemas that are JSON Schema 2020-12, with examples and defaults that obey them', () => {
    const problems: string[] = [];
    for (const [name, schema] of contract.schemas) {
      for (const [member, { example, default: preset, ...rest }] of Object.entries<any>(schema['properties'] ?? {})) {
        for (const value of [example, preset].filter((given) => given !== undefined)) {
          const problem = contract.findProblem(rest, value);
          if (problem !== undefined) problems.push(`${name}.${member}: ${problem}`);
        }
      }
    }

    expect(problems).toEqual([]);
  });

  it('has examples of bodies and answers that obey their schemas', () => {
    const examples = contract.operations.flatMap((operation) => operation.examples);
    const problems = examples.flatMap(({ where, schema, value }) => {
      const problem = contract.findProblem(schema, value);
      return problem === undefined ? [] : [`${where}: ${problem}`];
    });

    expect(examples.length).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  it('publishes the examples of what may be published', async () => {
    const bodies = operationAt('/v1/entries').examples.filter(({ where }) => where.includes(' body '));
    const statuses: number[] = [];
    for (const { value } of bodies)
      statuses.push((await server.request('POST', '/v1/entries', { body: value })).status);

    expect(statuses).toEqual([201, 201, 201]);
  });

  it('says of every parameter of which type it is', () => {
    const untyped = contract.operations.flatMap(({ path, method, parameters }) =>
      parameters.filter(({ schema }) => schema['type'] === undefined).map(({ name }) => `${method} ${path} ${name}`),
    );

    expect(untyped).toEqual([]);
  });

  it('answers paths that lead somewhere and paths that do not as documented', async () => {
    await makeScratch();
    const problems: string[] = [];
    for (const operation of operationsBut('put')) {
      for (const { name } of parametersIn(operation, 'path')) {
        for (const value of UNUSUAL) {
          problems.push(...(await problemsOf(operation, pathOf(operation, { [name]: value }))));
        }
      }
      problems.push(...(await problemsOf(operation, pathOf(operation))));
    }

    expect(problems).toEqual([]);
  });

  it('takes of a query what is documented, and refuses the rest', async () => {
    const problems: string[] = [];
    for (const operation of contract.operations) {
      for (const { name, schema } of parametersIn(operation, 'query')) {
        for (const value of QUERY_VALUES) {
          const path = `${pathOf(operation)}?${name}=${value}`;
          const { status } = await request(operation, path);
          const mayPass = contract.findProblem(schema, typed(schema, value)) === undefined;
          if (!operation.answers.has(status) || (status < 400 && !mayPass)) problems.push(`${path}: ${status}`);
        }
      }
    }

    expect(problems).toEqual([]);
  });

  it('answers conditional requests as documented', async () => {
    const problems: string[] = [];
    for (const operation of operationsBut('put', 'post', 'delete')) {
      const path = pathOf(operation);
      const { headers } = await server.get(path);
      const answer = await server.get(path, { headers: { 'if-none-match': headers.etag ?? '"none"' } });
      const problem = contract.findAnswerProblem(operation, answer);
      if (problem !== undefined) problems.push(`${path}: ${problem}`);
    }

    expect(problems).toEqual([]);
  });

  it('answers bodies of every shape as documented, and refuses those that the schema refuses', async () => {
    const problems: string[] = [];
    for (const operation of contract.operations.filter(({ body }) => body !== undefined)) {
      const schema = operation.body ?? {};
      for (const valid of VALID_BODIES[operation.path] ?? [{}]) {
        expect(contract.findProblem(schema, valid), operation.path).toBeUndefined();
        expect((await request(operation, pathOf(operation), valid)).status, operation.path).toBeLessThan(300);
        for (const { what, body, isNull } of bodyVariants(contract, schema, valid)) {
          const answer = await request(operation, pathOf(operation), body);
          const problem = contract.findAnswerProblem(operation, answer);
          const mayPass = isNull || contract.findProblem(schema, body) === undefined;
          if (problem !== undefined) problems.push(`${operation.path} ${what}: ${problem}`);
          else if (answer.status < 400 && !mayPass) problems.push(`${operation.path} ${what}: ${answer.status}`);
        }
        await server.request('DELETE', '/v1/sources/scratch');
      }
    }

    expect(problems).toEqual([]);
  });

  it.each([
    ['server', 'ServerDocument', { $schema: 'https://example.com', _meta: {}, ...SERVER }],
    ['skill', 'SkillResponse', { ...SKILL, status: 'ACTIVE' }],
    ['plugin', 'PluginResponse', { ...PLUGIN, status: 'ACTIVE' }],
  ])('publishes a %s with the members with which it is documented to be read', async (kind, name, document) => {
    const schema = { type: 'object', properties: { [kind]: contract.schemas.get(name) } };
    const publish = operationAt('/v1/entries');
    const problems: string[] = [];
    let n = 0;
    for (const { what, body } of bodyVariants(contract, schema, { [kind]: document })) {
      const sent = typeof body === 'object' ? JSON.stringify(body).replace('"1.0.0"', `"1.0.${n++}"`) : body;
      const answer = await request(publish, '/v1/entries', sent);
      const problem = contract.findAnswerProblem(publish, answer);
      if (problem !== undefined) problems.push(`${what}: ${problem}`);
      else if (what.includes('of a wrong type') && answer.status < 400) problems.push(`${what}: ${answer.status}`);
    }
    for (const operation of operationsBut('put', 'post', 'delete')) {
      problems.push(...(await problemsOf(operation, `${pathOf(operation)}?limit=100`)));
    }

    expect(problems).toEqual([]);
  });
});

describe('the API with OAuth, and its OpenAPI document', () => {
  let issuer: TestIssuer;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    const { audience, url } = issuer;
    const provider = { name: 'company', issuerUrl: url, audience, allowPrivateIP: true };
    const roles = Object.fromEntries(
      ['superAdmin', 'manageSources', 'manageRegistries', 'manageEntries'].map((role) => [role, [{ role }]]),
    );
    token = await issuer.token({ role: 'superAdmin' });
    await start(
      { mode: 'oauth', oauth: { providers: [provider] }, authz: { roles } },
      { THV_REGISTRY_INSECURE_URL: 'true' },
    );
  });
  afterAll(async () => {
    await stop();
    await issuer.stop();
  });

  it('asks for a token where it is documented, and nowhere else', async () => {
    token = undefined;
    const wrong: string[] = [];
    for (const operation of contract.operations) {
      const { status } = await request(operation, pathOf(operation));
      if ((status === 401) !== operation.needsToken) wrong.push(`${operation.method} ${operation.path}: ${status}`);
    }

    expect(wrong).toEqual([]);
  });

  it.each([
    ['nobody', undefined],
    ['somebody without claims', {}],
    ['a reader', CLAIMS],
    ['a manager of sources', { ...CLAIMS, role: 'manageSources' }],
    ['a manager of registries', { ...CLAIMS, role: 'manageRegistries' }],
    ['a manager of entries', { ...CLAIMS, role: 'manageEntries' }],
    [
      'a manager of another organisation',
      { org: 'other', role: ['manageSources', 'manageRegistries', 'manageEntries'] },
    ],
    ['the administrator', { role: 'superAdmin' }],
  ])('answers %s as documented', async (_who, claims) => {
    token = await issuer.token({ role: 'superAdmin' });
    await makeScratch();
    token = claims && (await issuer.token(claims));
    const problems: string[] = [];
    for (const operation of [...operationsBut('delete'), ...operationsBut('get', 'put', 'post')]) {
      const [body] = VALID_BODIES[operation.path] ?? [];
      problems.push(...(await problemsOf(operation, pathOf(operation), operation.body && body)));
    }

    expect(problems).toEqual([]);
  });
});
