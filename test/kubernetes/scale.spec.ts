import { expect, it } from 'vitest';
import { eventually } from '../../e2e/harness/server.js';
import { newResource } from '../factories/kubernetes-objects.js';
import { describeWithCluster, shows, statusOf, useBed, type Bed } from './harness/bed.js';

const COUNT = 500;
const AT_A_TIME = 20;

/** Creates many objects. @returns their names */
async function createMany({ cluster }: Bed, namespace: string): Promise<string[]> {
  const names = Array.from({ length: COUNT }, (_, index) => `s-${String(index).padStart(3, '0')}`);
  for (let from = 0; from < COUNT; from += AT_A_TIME) {
    const some = names.slice(from, from + AT_A_TIME);
    await Promise.all(some.map((name) => cluster.apply(newResource({ namespace, name }))));
  }
  return names;
}

describeWithCluster(`${COUNT} objects`, () => {
  const bed = useBed();
  const writes = (log: string) => log.split('MCP servers stored successfully').length - 1;

  it('that are there at the start are one write', async () => {
    const namespace = await bed().cluster.createNamespace();
    const names = await createMany(bed(), namespace);

    const server = await bed().start({ sources: { k8s: { namespaces: [namespace] } } });
    await shows(server, names);

    expect(writes(server.log())).toBe(1);
    expect(await statusOf(server)).toMatchObject({ phase: 'complete', serverCount: COUNT });
    await server.stop();
  });

  it('that come one after the other are few writes', async () => {
    const namespace = await bed().cluster.createNamespace();
    const server = await bed().start({ sources: { burst: { namespaces: [namespace] } } });
    await eventually(async () => (await statusOf(server, 'burst')).phase === 'complete', 'the first write');

    const begun = performance.now();
    const names = await createMany(bed(), namespace);
    const seconds = (performance.now() - begun) / 1000;
    await shows(server, names, 'burst');

    expect(writes(server.log())).toBeLessThan(3 + 2 * Math.ceil(seconds));
  });
});
