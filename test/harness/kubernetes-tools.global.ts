import type { TestProject } from 'vitest/node';
import { findKubernetesTools, type KubernetesTools } from './kubernetes-tools.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Helm and kubectl; null on a platform for which there are none. */
    kubernetesTools: KubernetesTools | null;
  }
}

/** Makes helm and kubectl ready before the tests of the chart, and says so loudly where that cannot be. */
export default async function setup(project: TestProject): Promise<void> {
  const tools = await findKubernetesTools();
  if (!tools) {
    console.warn('TESTS OF THE HELM CHART ARE SKIPPED: no helm on the PATH, and none to fetch for this platform.');
  }
  project.provide('kubernetesTools', tools ?? null);
}
