import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { only, render } from '../harness/chart.js';
import { freePort } from '../harness/free-port.js';

/** What the server under question answers to everything. */
let status = 200;
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.statusCode = status;
  response.end();
});
let address = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

async function exitCodeOf(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...environment }, stdio: 'ignore' });
  const [code] = (await once(child, 'close')) as [number];
  return code;
}

describe('the health check of the image', () => {
  const ask = (internal: string) =>
    exitCodeOf(['scripts/healthcheck.mjs'], { THV_REGISTRY_INTERNAL_ADDRESS: internal });

  it.each([
    [200, 0],
    [503, 1],
  ])('ends, when the server answers %i, with %i', async (answer, code) => {
    status = answer;
    asked.length = 0;

    expect(await ask(address)).toBe(code);
    expect(asked).toEqual(['/readiness']);
  });

  it('asks this machine when the address names no host', async () => {
    status = 200;

    expect(await ask(address.replace('127.0.0.1', ''))).toBe(0);
  });

  it('ends with 1 when nobody answers', async () => {
    expect(await ask(`127.0.0.1:${await freePort()}`)).toBe(1);
  });
});

describe.skipIf(inject('kubernetesTools') === null)('the test of a release', () => {
  it.each([
    [200, 0],
    [503, 1],
  ])('ends, when the server answers %i, with %i', async (answer, code) => {
    const pod = only(render({ tests: { enabled: true } }), 'Pod');
    const [program, ...args] = pod['spec'].containers[0].command as string[];
    const checks = args.pop()!.replaceAll(/\/\/[^/]+\//g, `//${address}/`);
    status = answer;
    asked.length = 0;

    expect(program).toBe('node');
    expect(await exitCodeOf([...args, checks])).toBe(code);
    expect(asked).toEqual(['/readiness', '/openapi.json']);
  });
});
