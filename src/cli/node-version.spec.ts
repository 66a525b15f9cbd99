import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findUnfitNode } from './node-version.js';

describe('findUnfitNode', () => {
  it.each(['18.0.0', '20.20.2', '22.14.9', '21.99.0'])('names both versions for %s', (version) => {
    expect(findUnfitNode(version)).toBe(`Node.js 22.15 or newer is needed, this is ${version}`);
  });

  it.each(['22.15.0', '22.15.0-nightly1', '23.0.0', '24.21.0', '100.0.0'])('takes %s', (version) => {
    expect(findUnfitNode(version)).toBeUndefined();
  });

  it('asks for the version that the package asks for', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };

    expect(findUnfitNode('1.0.0')).toContain(`Node.js ${engines.node.replace('>=', '')} or newer`);
  });
});
