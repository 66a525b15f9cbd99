import { beforeAll, beforeEach, expect, it } from 'vitest';
import { eventually, type RunningServer } from '../../e2e/harness/server.js';
import { newResource } from '../factories/kubernetes-objects.js';
import { describeWithCluster, names, published, shows, statusOf, useBed } from './harness/bed.js';

const CLAIMS = { org: 'acme' };

describeWithCluster('changes in a cluster', () => {
  const bed = useBed();
  let server: RunningServer;
  let [first, second] = ['', ''];

  const revision = async () => {
    const [row] = await bed().database.query("SELECT revision FROM source WHERE name = 'k8s'");
    return row?.['revision'];
  };
  const claimsOf = async (name: string) => {
    const { json } = await server.get('/v1/sources/k8s/entries');
    const entry = json.entries.find((item: any) => item.name.endsWith(`/${name}`));
    return entry ? (entry.claims ?? 'none') : 'no entry';
  };
  const setClaims = (claims: string | null) =>
    bed().cluster.apply(newResource({ namespace: first, name: 'full', annotations: { 'authz-claims': claims } }));

  beforeAll(async () => {
    [first, second] = [await bed().cluster.createNamespace(), await bed().cluster.createNamespace()];
    await bed().cluster.apply(newResource({ namespace: first, name: 'full' }));
    server = await bed().start({ sources: { k8s: { namespaces: [first, second] } }, claims: CLAIMS });
    await shows(server, ['full']);
  });
  beforeEach(async () => {
    await bed().cluster.apply(newResource({ namespace: first, name: 'full' }));
    await shows(server, ['full']);
  });

  it('are followed within a second or two: a new object, another, none', async () => {
    const created = newResource({ namespace: first, name: 'new' });
    await bed().cluster.apply(created);
    await shows(server, ['full', 'new'], 'k8s', 2_000);

    await bed().cluster.apply(
      newResource({ namespace: first, name: 'new', annotations: { 'registry-title': 'Title' } }),
    );
    await eventually(async () => (await published(server)).some(({ title }) => title === 'Title'), 'the title', 2_000);

    await bed().cluster.remove(created);
    await shows(server, ['full'], 'k8s', 2_000);
  });

  it('of claims reach the entry; while they cannot be read it is away', async () => {
    await eventually(async () => JSON.stringify(await claimsOf('full')) === JSON.stringify(CLAIMS), 'inherited claims');
    for (const [annotation, expected] of [
      ['{"team":"x"}', { team: 'x' }],
      [null, CLAIMS],
      ['{}', 'none'],
      ['{"team":3}', 'no entry'],
      ['{"team":"y"}', { team: 'y' }],
    ] as const) {
      await setClaims(annotation);
      const isThere = async () => JSON.stringify(await claimsOf('full')) === JSON.stringify(expected);
      await eventually(isThere, `claims ${annotation}`, 3_000);
    }
  });

  it('of the version leave one version, upwards and downwards', async () => {
    for (const version of ['2.5.0', '3.0.0', '1.0.0']) {
      await bed().cluster.apply(
        newResource({ namespace: first, name: 'full', annotations: { 'registry-version': version } }),
      );
      const has = async () => JSON.stringify((await published(server)).map((item) => item.version));
      await eventually(async () => (await has()) === JSON.stringify([version]), version, 3_000);
      const name = encodeURIComponent(`com.toolhive.k8s.${first}/full`);
      const latest = await server.get(`/registry/k8s/v0.1/servers/${name}/versions/latest`);
      expect(latest.json.server.version).toBe(version);
    }
  });

  it('of the export annotation alone take the entry away and bring it back', async () => {
    for (const value of ['false', null]) {
      await bed().cluster.apply(
        newResource({ namespace: first, name: 'full', annotations: { 'registry-export': value } }),
      );
      await shows(server, [], 'k8s', 3_000);
      await bed().cluster.apply(newResource({ namespace: first, name: 'full' }));
      await shows(server, ['full'], 'k8s', 3_000);
    }
  });

  it('in one namespace leave the others alone', async () => {
    const other = newResource({ namespace: second, name: 'other' });
    await bed().cluster.apply(other);
    await shows(server, ['full', 'other']);
    await bed().cluster.apply(newResource({ namespace: first, name: 'full', annotations: { 'registry-title': 'T' } }));
    await eventually(async () => (await published(server)).some(({ title }) => title === 'T'), 'the title');

    expect((await names(server)).toSorted()).toEqual(['full', 'other']);
    await bed().cluster.remove(other);
    await shows(server, ['full']);
  });

  it('of the status alone, or of labels, write nothing', async () => {
    const object = newResource({ namespace: first, name: 'full' });
    const before = await revision();
    for (const phase of ['Pending', 'Ready', 'Failed', 'Ready']) {
      await bed().cluster.setStatus(object, { phase });
      await bed().cluster.apply({ ...object, metadata: { ...object.metadata, labels: { phase } } });
    }
    // A change that does matter comes behind them, so they have been seen when it is.
    await bed().cluster.apply(newResource({ namespace: second, name: 'late' }));
    await shows(server, ['full', 'late']);

    expect(Number(await revision())).toBe(Number(before) + 1);
    await bed().cluster.remove(newResource({ namespace: second, name: 'late' }));
    await shows(server, ['full']);
  });

  it('of an object that cannot be published block no other, and are reported', async () => {
    const bad = newResource({ namespace: first, name: 'bad', annotations: { 'authz-claims': '[]' } });
    await bed().cluster.apply(bad);
    await eventually(async () => (await statusOf(server)).rejected === 1, 'the report');
    await bed().cluster.apply(newResource({ namespace: first, name: 'good' }));
    await shows(server, ['full', 'good']);

    expect((await statusOf(server)).rejectedEntries[0].name).toBe(`com.toolhive.k8s.${first}/bad`);
    await bed().cluster.remove(bad);
    await eventually(async () => (await statusOf(server)).rejected === undefined, 'the end of the report');
    await bed().cluster.remove(newResource({ namespace: first, name: 'good' }));
  });

  it('made while the server was down are noticed, also when nothing is left', async () => {
    await server.stop();
    await bed().cluster.remove(newResource({ namespace: first, name: 'full' }));
    server = await bed().start({ sources: { k8s: { namespaces: [first, second] } }, claims: CLAIMS });

    await shows(server, []);
    expect(await statusOf(server)).toMatchObject({ phase: 'complete', serverCount: 0 });
  });
});

describeWithCluster('a source over all namespaces', () => {
  const bed = useBed();

  it('holds the objects of all of them', async () => {
    const [first, second] = [await bed().cluster.createNamespace(), await bed().cluster.createNamespace()];
    const objects = [
      newResource({ namespace: first, name: 'one' }),
      newResource({ namespace: second, name: 'two' }),
      newResource({ kind: 'MCPRemoteProxy', namespace: second, name: 'three' }),
    ];
    for (const object of objects) await bed().cluster.apply(object);
    const server = await bed().start({
      sources: { k8s: {}, some: { namespaces: [] } },
      env: { THV_REGISTRY_WATCH_NAMESPACE: '' },
    });

    const own = async (registry: string) =>
      (await published(server, registry)).filter(({ name }) => name.includes(first) || name.includes(second)).length;
    await eventually(async () => (await own('k8s')) === 3 && (await own('some')) === 3, 'all objects');
    await bed().cluster.apply(newResource({ namespace: first, name: 'one', annotations: { 'registry-title': 'T' } }));
    await eventually(async () => (await published(server)).some(({ title }) => title === 'T'), 'the title');
    expect(await own('k8s')).toBe(3);
    for (const object of objects) await bed().cluster.remove(object);
    await server.stop();
  });

  it('follows the watch namespace of the environment, blanks and commas included', async () => {
    const [first, second] = [await bed().cluster.createNamespace(), await bed().cluster.createNamespace()];
    await bed().cluster.apply(newResource({ namespace: first, name: 'in' }));
    await bed().cluster.apply(newResource({ namespace: second, name: 'out' }));
    const server = await bed().start({
      sources: { env: {} },
      env: { THV_REGISTRY_WATCH_NAMESPACE: ` ${first} , not-there,` },
    });

    await shows(server, ['in'], 'env');
  });
});

describeWithCluster('sources made over the API', () => {
  const bed = useBed();
  const CONFIGURED = { sources: { k8s: { namespaces: ['not-there'] } } };

  it('are watched, follow a change of their definition, and end with it', async () => {
    const [first, second] = [await bed().cluster.createNamespace(), await bed().cluster.createNamespace()];
    await bed().cluster.apply(newResource({ namespace: first, name: 'one' }));
    await bed().cluster.apply(newResource({ namespace: second, name: 'two' }));
    let server = await bed().start(CONFIGURED);
    const put = (namespaces: string[], claims?: object) =>
      server.request('PUT', '/v1/sources/kapi', { body: { kubernetes: { namespaces }, claims } });

    const created = await put([first]);
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ creationType: 'API', sourceConfig: { Namespaces: [first] } });
    await server.request('PUT', '/v1/registries/kapi', { body: { sources: ['kapi'] } });
    await shows(server, ['one'], 'kapi');

    expect((await put([second])).status).toBe(200);
    await shows(server, ['two'], 'kapi');

    expect((await put([second], { team: 'x' })).status).toBe(200);
    const claims = async () => (await server.get('/v1/sources/kapi/entries')).json.entries[0]?.claims;
    await eventually(async () => JSON.stringify(await claims()) === '{"team":"x"}', 'the new claims');

    await server.stop();
    await bed().cluster.apply(newResource({ namespace: second, name: 'three' }));
    server = await bed().start(CONFIGURED);
    await shows(server, ['three', 'two'], 'kapi');

    await server.request('DELETE', '/v1/registries/kapi');
    expect((await server.request('DELETE', '/v1/sources/kapi')).status).toBe(204);
    await bed().cluster.apply(newResource({ namespace: second, name: 'four' }));
    expect((await put([second])).status).toBe(201);
    await server.request('PUT', '/v1/registries/kapi', { body: { sources: ['kapi'] } });
    await shows(server, ['four', 'three', 'two'], 'kapi');
    await server.request('DELETE', '/v1/registries/kapi');
    await server.request('DELETE', '/v1/sources/kapi');
  });

  it('are refused with namespaces that cannot exist, and are not synchronised on demand', async () => {
    const server = await bed().start(CONFIGURED);
    const body = { kubernetes: { namespaces: ['Team_A'] } };

    expect((await server.request('PUT', '/v1/sources/bad', { body })).status).toBe(400);
    expect((await server.request('POST', '/v1/sources/k8s/sync')).status).toBe(400);
  });
});
