import { describe, expect, it } from 'vitest';
import { describeUpstreamFormat } from '../../../openapi/upstream-format.js';
import { FetchError, NetworkError } from '../../pass-errors.js';
import type { ApiClient } from './api-client.js';
import { describeUpstream } from './upstream-description.js';

const REPOSITORY = 'https://github.com/modelcontextprotocol/registry';

function describeText(text: string, status = 200) {
  const answer = { status, bytes: Buffer.from(text), url: new URL('http://h'), headers: {} };
  return describeUpstream({ get: () => Promise.resolve(answer) } as unknown as ApiClient);
}

describe('describeUpstream', () => {
  it.each([
    [
      'block style',
      `openapi: 3.1.0\ninfo:\n  title: T\n  version: 1.0.0\n  description: |\n    See\n\n    ${REPOSITORY}\npaths: {}\n`,
    ],
    ['flow style', `info: {version: "1.0.0", description: "${REPOSITORY}"}`],
    ['flow style throughout', `{info: {version: "1.0.0", description: "${REPOSITORY}"}}`],
    ['JSON', JSON.stringify({ info: { version: '1.0.0', description: REPOSITORY } })],
    ['quoted keys', `"info":\n  "version": '1.0.0'\n  "description": ${REPOSITORY}\n`],
    ['an alias', `x-about: &about ${REPOSITORY}\ninfo:\n  version: 1.0.0\n  description: *about\n`],
    ['comments and CRLF', `# c\r\ninfo: # c\r\n# c\r\n  version: 1.0.0\r\n  description: ${REPOSITORY}\r\nx: 1\r\n`],
  ])('takes a description in %s', async (_what, text) => {
    await expect(describeText(text)).resolves.toEqual({ mayHaveExtensions: false });
  });

  it.each([
    ['another version', `info: {version: "2.0.0", description: "${REPOSITORY}"}`],
    ['a number', `info: {version: 1.0, description: "${REPOSITORY}"}`],
    ['the description elsewhere', `info:\n  version: 1.0.0\nx:\n  description: ${REPOSITORY}\n`],
    ['no info', `paths: {}`],
    ['info that is a text', `info: x`],
    ['HTML', '<html></html>'],
    ['an array', '[]'],
    ['nothing', ''],
    ['no YAML', '{{{'],
    ['too much in one place', `info:\n  version: 1.0.0\n  description: ${REPOSITORY}${'x'.repeat(40_000)}\n`],
  ])('refuses %s', async (_what, text) => {
    await expect(describeText(text)).rejects.toThrow('unable to validate Upstream format');
  });

  it('refuses another status, except that there is none', async () => {
    await expect(describeText('', 403)).rejects.toThrow('unable to validate Upstream format');
    await expect(describeText('', 404)).resolves.toEqual({ mayHaveExtensions: true });
  });

  it('refuses an upstream that does not answer, and says why', async () => {
    const cause = new Error('ECONNREFUSED');
    const get = () => Promise.reject(new NetworkError('GET http://h/openapi.yaml: refused', { cause }));

    await expect(describeUpstream({ get } as unknown as ApiClient)).rejects.toMatchObject({
      message:
        'upstream format validation failed: unable to validate Upstream format: GET http://h/openapi.yaml: refused',
      cause,
    });
  });

  it('leaves other errors as they are', async () => {
    const get = () => Promise.reject(new FetchError('api.auth.bearerTokenFile is not accessible'));

    await expect(describeUpstream({ get } as unknown as ApiClient)).rejects.toThrow(/^api\.auth/);
  });

  it('knows a server of this kind, by its own description and by others', async () => {
    await expect(describeText(JSON.stringify(describeUpstreamFormat()))).resolves.toEqual({ mayHaveExtensions: true });
    const yaml = `info:\n  version: 1.0.0\n  description: ${REPOSITORY}\npaths:\n  /v0.1/x/dev.toolhive/plugins/:\n    get: {}\n`;
    await expect(describeText(yaml)).resolves.toEqual({ mayHaveExtensions: true });
    await expect(describeText(yaml.replace('  /v0', '  # /v0'))).resolves.toEqual({ mayHaveExtensions: false });
  });

  it('takes no time for a large one', async () => {
    const paths = Array.from({ length: 20_000 }, (_, index) => `  /p${index}:\n    get: {summary: "s"}\n`).join('');
    const begun = performance.now();

    await describeText(`info:\n  version: 1.0.0\n  description: ${REPOSITORY}\npaths:\n${paths}`);

    expect(performance.now() - begun).toBeLessThan(500);
  });
});
