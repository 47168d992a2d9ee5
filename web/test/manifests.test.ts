import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

interface Manifest {
  apiVersion: string;
  kind: string;
}

type Model = new (manifest: Manifest) => { validate(): void };

const folder = fileURLToPath(new URL('../../deploy/kubernetes', import.meta.url));

/** Without the files that are kustomize's and prometheus-adapter's. */
async function manifests(): Promise<[string, Manifest][]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.yaml'));
  const read = files.map(async (file): Promise<[string, Manifest][]> => {
    const documents = parseAllDocuments(await readFile(join(folder, file), 'utf8'));
    return documents.map((document) => [file, document.toJS() as Manifest]);
  });
  return (await Promise.all(read)).flat().filter(([, { apiVersion }]) => apiVersion && !apiVersion.startsWith('kustomize.'));
}

/** What the schemas of Kubernetes and of the Prometheus operator say against it; null: nothing. */
async function problem(manifest: Manifest): Promise<string | null> {
  const models = manifest.apiVersion.startsWith('monitoring.coreos.com/') ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
  const found = (await import(`${models}/${manifest.apiVersion}/${manifest.kind}`)) as Record<string, Model | undefined>;
  const model = found[manifest.kind];
  if (model === undefined) return 'the schemas do not have it';
  try {
    new model(manifest).validate();
    return null;
  } catch (refusal) {
    return String(refusal);
  }
}

test('manifests are as the schemas of Kubernetes and of the Prometheus operator ask', async () => {
  const all = await manifests();
  const problems = await Promise.all(all.map(async ([file, manifest]) => [file, manifest.kind, await problem(manifest)]));

  expect(all.length).toBeGreaterThanOrEqual(17);
  expect(problems.filter(([, , what]) => what !== null)).toEqual([]);
});

test('a missing field and a value of another type are seen', async () => {
  const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', spec: { maxReplicas: '6' } };

  const what = await problem(autoscaler);

  expect(what).toContain('scaleTargetRef');
  expect(what).toContain('maxReplicas must be integer');
});
