import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

/** The chart's folder. */
export const CHART = fileURLToPath(new URL('../../helm/toolhive-registry-server', import.meta.url));

/** A Kubernetes object, with members that tests reach into. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [member: string]: any;
}

/** How a chart is rendered. */
export interface RenderOptions {
  /** Default: the chart's name. */
  readonly release?: string;
  readonly namespace?: string;
  /** More arguments of `helm template`. */
  readonly args?: readonly string[];
}

/** What helm ended with. */
export interface HelmRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs helm with the chart at hand and values on its standard input where `-f -` asks for them. */
export function runHelm(args: readonly string[], input = ''): HelmRun {
  const { helm } = inject('kubernetesTools')!;
  const { status, stdout, stderr, error } = spawnSync(helm, args, { input, encoding: 'utf8', timeout: 120_000 });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Runs kubectl as the administrator of the API server that `TEST_KUBECONFIG` names. @throws Error with what it says */
export function runKubectl(args: readonly string[], input = ''): string {
  const { kubectl } = inject('kubernetesTools')!;
  const all = ['--kubeconfig', process.env['TEST_KUBECONFIG'] ?? '', ...args];
  const { status, stdout, stderr } = spawnSync(kubectl, all, { input, encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stdout}${stderr}`);
  // What it warns of counts.
  return stdout + stderr;
}

/** Runs `helm template`. */
export function template(values: object, { release, namespace, args }: RenderOptions = {}): HelmRun {
  const place = [release ?? 'toolhive-registry-server', CHART, '--namespace', namespace ?? 'registry'];
  return runHelm(['template', ...place, '-f', '-', ...(args ?? [])], JSON.stringify(values));
}

/** The objects that the chart makes of values. @throws Error with helm's words when it makes none */
export function render(values: object = {}, options?: RenderOptions): KubernetesObject[] {
  const { status, stdout, stderr } = template(values, options);
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).flatMap((document) => {
    if ('empty' in document) return [];
    for (const error of document.errors) throw error;
    return document.contents === null ? [] : [document.toJS() as KubernetesObject];
  });
}

/** What helm says when it refuses values. @throws Error when it takes them */
export function refusal(values: object): string {
  const { status, stderr } = template(values);
  if (status === 0) throw new Error('the values were taken');
  return stderr;
}

/** The only object of a kind (and of a name, where one is given). @throws Error when there is none, or more than one */
export function only(objects: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const [found, ...others] = objects.filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
  if (!found || others.length > 0) throw new Error(`expected one ${kind}, found ${found ? others.length + 1 : 0}`);
  return found;
}

/** Kind and name of every object, sorted. */
export function namesOf(objects: readonly KubernetesObject[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted();
}

/** The spec of the Deployment's pods. */
export function podSpec(objects: readonly KubernetesObject[]): any {
  return only(objects, 'Deployment')['spec'].template.spec;
}

/** The server's container. */
export function serverContainer(objects: readonly KubernetesObject[]): any {
  return podSpec(objects).containers.find(({ name }: { name: string }) => name === 'registry-api');
}

/** The configuration file of the release. */
export function configFile(objects: readonly KubernetesObject[]): string {
  const name = podSpec(objects).volumes.find((volume: { name: string }) => volume.name === 'config').configMap.name;
  return only(objects, 'ConfigMap', name)['data']['config.yaml'];
}

/** The values that the chart has by itself. */
export function defaultValues(): Record<string, any> {
  return parse(readFileSync(`${CHART}/values.yaml`, 'utf8')) as Record<string, any>;
}
