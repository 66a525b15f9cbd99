import { readFileSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { validateConfig } from '../../src/config/load-config.js';
import { configFile, render } from '../harness/chart.js';
import { createScratchFolder } from '../harness/config-files.js';

/** The YAML blocks of a document. */
function blocksOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
}

/** What is wrong with a configuration, beside files that only pods have. */
function problemsOf(content: string): string[] {
  const folder = createScratchFolder();
  try {
    const path = folder.write('config.yaml', content);
    const messages = validateConfig({ path, environment: {} }).map(({ message }) => message);
    return messages.filter((message) => !/not accessible|cannot read/.test(message));
  } finally {
    folder.remove();
  }
}

const documents = ['docs/deployment-kubernetes.md', 'helm/toolhive-registry-server/README.md'];
const examples = documents.flatMap((path) => blocksOf(path).map((block, index) => [`${path}, ${index + 1}`, block]));

describe.skipIf(inject('kubernetesTools') === null)('examples of values', () => {
  it.each(examples)('give a release with a configuration that the server takes: %s', (_, block) => {
    const objects = render(parse(block) as object);

    expect(problemsOf(configFile(objects))).toEqual([]);
  });
});

describe('docs/deployment-docker.md', () => {
  it('shows a database that the server takes', () => {
    const [block, ...others] = blocksOf('docs/deployment-docker.md');

    const rest = 'sources: [{name: m, managed: {}}]\nregistries: [{name: r, sources: [m]}]\nauth: {mode: anonymous}\n';
    expect(problemsOf(`${rest}${block}`)).toEqual([]);
    expect(others).toEqual([]);
  });

  it('names the settings of the image as they are', () => {
    const text = readFileSync('docs/deployment-docker.md', 'utf8');

    for (const name of ['BUILD_VERSION', 'BUILD_COMMIT'])
      expect(readFileSync('Dockerfile', 'utf8')).toContain(`ARG ${name}`);
    expect(text).toContain('toolhive-registry-server:0.1.0');
    expect(text).toContain('65535');
  });
});
