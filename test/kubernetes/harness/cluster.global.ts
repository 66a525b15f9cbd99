import { Cluster } from './cluster.js';

/** Makes the kinds known to the API server that `TEST_KUBECONFIG` names; says so when there is none. */
export default async function setup(): Promise<void> {
  if (!process.env['TEST_KUBECONFIG']) {
    process.stderr.write(
      '\n*** TEST_KUBECONFIG is not set: every test against a real Kubernetes API server is SKIPPED ***\n\n',
    );
    return;
  }
  const cluster = await Cluster.open();
  await cluster.installDefinitions();
  await cluster.close();
}
