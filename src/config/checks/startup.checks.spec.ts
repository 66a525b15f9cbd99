import { afterAll, describe, expect, it } from 'vitest';
import { createScratchFolder } from '../../../test/harness/config-files.js';
import { inProvider, loadTestConfig, type Change } from '../../../test/harness/test-config.js';
import { TEST_CERTIFICATE } from '../../../test/harness/test-certificate.js';
import { checkStartup, checkTelemetry } from './startup.checks.js';
import { SSL_MODES } from '../ssl-modes.js';

const folder = createScratchFolder();
afterAll(() => folder.remove());

function telemetry(members: object): Change {
  return (c) => void (c['telemetry'] = { enabled: true, ...members });
}

function kubernetes(settings: object): Change {
  return (c) => void (c.sources[0] = { name: 'local', kubernetes: settings });
}

describe('checkTelemetry', () => {
  it.each<[string, Change]>([
    ['telemetry that is off', telemetry({ enabled: false, endpoint: '::', tracing: { enabled: true, sampling: 7 } })],
    ['a sampling while tracing is off', telemetry({ tracing: { sampling: 7 } })],
    ['an endpoint that nothing is sent to', telemetry({ endpoint: 'nowhere' })],
    ['the largest sampling', telemetry({ tracing: { enabled: true, sampling: 1 } })],
    ['host and port', telemetry({ endpoint: 'otel:4318', metrics: { enabled: true } })],
    ['a URL with a path', telemetry({ endpoint: 'https://otel.example.com/otlp', tracing: { enabled: true } })],
  ])('accepts %s', (_name, change) => {
    expect(() => checkTelemetry(loadTestConfig(change))).not.toThrow();
  });

  it.each([0, -0.1, 1.01])('refuses a sampling of %d', (sampling) => {
    const config = loadTestConfig(telemetry({ tracing: { enabled: true, sampling } }));

    expect(() => checkTelemetry(config)).toThrow('sampling must be greater than 0.0 and at most 1.0');
  });

  it.each(['host:4318/x', 'ftp://host', 'host', 'host:99999', 'http://', ' host:4318'])(
    'refuses the endpoint %j',
    (endpoint) => {
      for (const signal of ['tracing', 'metrics']) {
        const config = loadTestConfig(telemetry({ endpoint, [signal]: { enabled: true } }));

        expect(() => checkTelemetry(config)).toThrow('telemetry.endpoint must be host:port or an http or https URL');
      }
    },
  );

  it('names an endpoint without its password', () => {
    const endpoint = 'https://user:hunter2@host/?x';
    const config = loadTestConfig(telemetry({ endpoint, tracing: { enabled: true } }));

    expect(() => checkTelemetry(config)).toThrow('got "https://user:***@host/?x"');
  });
});

describe('checkStartup', () => {
  it('checks telemetry', () => {
    const config = loadTestConfig(telemetry({ tracing: { enabled: true, sampling: 7 } }));

    expect(() => checkStartup(config)).toThrow('invalid configuration: telemetry.tracing.sampling');
  });

  it.each<[string, object, string, string]>([
    [
      'a name that is none',
      { namespaces: ['Team_A'] },
      '',
      'source[0] (local): kubernetes.namespaces: invalid namespace name: Team_A',
    ],
    ['a repeated name', { namespaces: ['a', 'b', 'a'] }, '', 'kubernetes.namespaces: duplicate namespace: a'],
    ['a bad name in the variable', {}, 'a, B_', 'THV_REGISTRY_WATCH_NAMESPACE: invalid namespace name: B_'],
    ['a repeated name in the variable', {}, 'a,a', 'duplicate namespace: a'],
  ])('refuses %s', (_name, settings, variable, message) => {
    const environment = { THV_REGISTRY_WATCH_NAMESPACE: variable };

    expect(() => checkStartup(loadTestConfig(kubernetes(settings), { environment }))).toThrow(message);
  });

  it('takes blanks and a comma too many in the variable', () => {
    const environment = { THV_REGISTRY_WATCH_NAMESPACE: ' a, b,' };

    const config = loadTestConfig(kubernetes({}), { environment });

    expect(() => checkStartup(config)).not.toThrow();
    expect(config.environment.watchNamespaces).toEqual(['a', 'b']);
  });

  it('does not look at the variable where every source lists its namespaces', () => {
    const environment = { THV_REGISTRY_WATCH_NAMESPACE: 'Bad' };

    expect(() => checkStartup(loadTestConfig(kubernetes({ namespaces: ['a'] }), { environment }))).not.toThrow();
  });

  it.each(['allow', 'prefer', 'REQUIRE', 'bogus'])('refuses the TLS mode %s', (sslMode) => {
    const config = loadTestConfig((c) => void Object.assign(c.database!, { sslMode }));

    expect(() => checkStartup(config)).toThrow(`database.sslMode "${sslMode}" is not supported`);
  });

  it.each([...SSL_MODES, ''])('accepts the TLS mode "%s"', (sslMode) => {
    const config = loadTestConfig((c) => void Object.assign(c.database!, { sslMode }));

    expect(() => checkStartup(config)).not.toThrow();
  });

  it.each<[string, string, string | undefined]>([
    ['clientSecretFile', 'is missing', undefined],
    ['caCertPath', 'is missing', undefined],
    ['caCertPath', 'holds no certificate', 'no certificate'],
    ['caCertPath', 'holds a broken certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['authTokenFile', 'is missing', undefined],
    ['authTokenFile', 'is empty', ' \n'],
  ])('refuses a provider whose %s %s', (key, _what, content) => {
    const path = content === undefined ? '/nowhere/file' : folder.write('refused', content);

    expect(() => checkStartup(loadTestConfig(inProvider({ name: 'corp', [key]: path })))).toThrow(
      `auth.oauth.providers[0].${key} of provider 'corp'`,
    );
  });

  it('accepts usable files, an empty secret among them', () => {
    const files = {
      clientSecretFile: folder.write('secret', ''),
      caCertPath: folder.write('ca.pem', `# comment\n${TEST_CERTIFICATE}`),
      authTokenFile: folder.write('token', ' t\n'),
    };

    expect(() => checkStartup(loadTestConfig(inProvider(files)))).not.toThrow();
  });
});
