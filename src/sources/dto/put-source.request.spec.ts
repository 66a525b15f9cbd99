import { validate } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { toBodyDto } from '../../common/http/body-dto.js';
import { PutSourceRequest } from './put-source.request.js';

async function problemsOf(body: Record<string, unknown>): Promise<number> {
  const instance = toBodyDto(PutSourceRequest, body);
  return (await validate(instance, { forbidUnknownValues: false })).length;
}

describe('PutSourceRequest', () => {
  it.each([
    { managed: {} },
    { git: { repository: 'r', unknown: 1, auth: null }, syncPolicy: { interval: null } },
    { kubernetes: { namespaces: ['a'] } },
    { file: { path: '/a' }, filter: { names: { include: [] } }, claims: { any: 5 } },
  ])('takes %j', async (body) => {
    expect(await problemsOf(body)).toBe(0);
  });

  it.each([
    { git: 'x' },
    { git: [] },
    { git: { repository: 5 } },
    { git: { repository: 'r', auth: { username: true } } },
    { api: { endpoint: 'e', maxServers: 1.5 } },
    { api: { endpoint: 'e', auth: { headers: 'x' } } },
    { api: { endpoint: 'e', auth: { oauth2: { scopes: 'a' } } } },
    { file: { data: {} } },
    { managed: true },
    { kubernetes: { namespaces: 'a' } },
    { kubernetes: { namespaces: [5] } },
    { syncPolicy: { interval: 60 } },
    { syncPolicy: { onInvalidEntry: 'ignore' } },
    { filter: { names: ['a'] } },
    { filter: { tags: { exclude: [null] } } },
    { format: 5 },
    { claims: 'x' },
    { claims: ['x'] },
  ])('refuses %j', async (body) => {
    expect(await problemsOf(body)).toBeGreaterThan(0);
  });

  it('hands claims on as they were sent', () => {
    const claims = { team: ['a', { b: 1 }] };

    const request = toBodyDto(PutSourceRequest, { claims });

    expect(request.claims).toBe(claims);
  });
});
