import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRdsTokenSource } from '../../src/database/rds-token.js';

const target = { host: 'db.example', port: 5432, database: 'registry', user: 'app' };

describe('createRdsTokenSource', () => {
  let metadata: Server;
  let environment: NodeJS.ProcessEnv;
  let answer: (path: string, token: unknown) => [number, string];
  beforeEach(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
    answer = (path, token) => {
      if (path === '/latest/api/token') return [200, 'session'];
      return token === 'session' ? [200, 'eu-north-1\n'] : [401, ''];
    };
    metadata = createServer((request, response) => {
      const [status, body] = answer(request.url!, request.headers['x-aws-ec2-metadata-token']);
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
    const { port } = metadata.address() as AddressInfo;
    environment = { AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}` };
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    metadata.closeAllConnections();
    metadata.close();
  });

  it('signs a token for the user on the host', async () => {
    const nextToken = await createRdsTokenSource(target, 'us-east-1', environment);

    const token = await nextToken();

    expect(token).toMatch(/^db\.example:5432\/\?/);
    expect(token).toContain('Action=connect');
    expect(token).toContain('DBUser=app');
    expect(decodeURIComponent(token)).toMatch(/Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/rds-db/);
    expect(token).toContain('X-Amz-Expires=900');
  });

  it('makes a new token for every connection', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const nextToken = await createRdsTokenSource(target, 'us-east-1', environment);
    const first = await nextToken();

    vi.advanceTimersByTime(60_000);

    expect(await nextToken()).not.toBe(first);
    vi.useRealTimers();
  });

  it('asks the instance metadata service for the region', async () => {
    const nextToken = await createRdsTokenSource(target, 'detect', environment);

    expect(decodeURIComponent(await nextToken())).toContain('/eu-north-1/rds-db');
  });

  it('names the key when the metadata service does not tell', async () => {
    answer = () => [404, 'not here'];

    await expect(createRdsTokenSource(target, 'detect', environment)).rejects.toThrow(
      'database.dynamicAuth.awsRdsIam.region',
    );
  });

  it('waits two seconds for the metadata service at most', async () => {
    metadata.removeAllListeners('request');
    const startedAt = Date.now();

    await expect(createRdsTokenSource(target, 'detect', environment)).rejects.toThrow('awsRdsIam.region');
    expect(Date.now() - startedAt).toBeLessThan(2_900);
  });
});
