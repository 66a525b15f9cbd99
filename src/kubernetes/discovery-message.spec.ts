import { describe, expect, it } from 'vitest';
import { completedMessage, problemMessage } from './discovery-message.js';

const servers = { kind: 'MCPServer', plural: 'mcpservers' } as const;
const proxies = { kind: 'MCPRemoteProxy', plural: 'mcpremoteproxies' } as const;

describe('problemMessage', () => {
  it('says once what several watches suffer from', () => {
    const problem = { reason: 'no route', status: undefined, since: 0 };

    const message = problemMessage([
      { scope: { resource: servers, namespace: 'a' }, problem },
      { scope: { resource: proxies, namespace: 'a' }, problem },
      {
        scope: { resource: servers, namespace: undefined },
        problem: {
          reason: 'mcpservers is forbidden: User "u" cannot list resource "mcpservers"',
          status: 403,
          since: 0,
        },
      },
    ]);

    expect(message).toBe(
      'Fetch failed: mcpservers, mcpremoteproxies in namespace a: no route; mcpservers: forbidden: User "u" cannot list them',
    );
  });

  it('knows a kind that is not installed', () => {
    const problem = { reason: 'the server could not find the requested resource', status: 404, since: 0 };

    expect(problemMessage([{ scope: { resource: servers, namespace: undefined }, problem }])).toBe(
      'Fetch failed: mcpservers: the custom resource definition is not installed',
    );
  });
});

describe('completedMessage', () => {
  it.each([
    [0, 'Sync completed successfully'],
    [1, 'Sync completed successfully, 1 invalid entry was skipped'],
    [2, 'Sync completed successfully, 2 invalid entries were skipped'],
  ])('tells of %d rejected objects', (count, message) => {
    expect(completedMessage(count)).toBe(message);
  });
});
