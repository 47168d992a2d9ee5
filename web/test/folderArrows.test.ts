import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importsOf, packagesOf, readImports, readPackages, wrongArrows, type Layers } from './imports';

const packages: Record<string, Layers> = {
  client: [
    ['index'],
    ['alerts'],
    ['live', 'messaging', 'outbox', 'program', 'resources', 'subscriptions'],
    ['connection', 'stores'],
    ['session'],
    ['listeners', 'versions', 'resource'],
  ],
  portal: [
    ['main'],
    ['shell'],
    ['appointments', 'messages', 'more', 'results', 'sign-in'],
    ['ui'],
    ['data'],
    ['words'],
  ],
  react: [['index'], ['components'], ['hooks'], ['provider'], ['events']],
  staff: [
    ['main'],
    ['shell'],
    [
      'alert-worklist', 'audit', 'billing', 'chart', 'feed', 'inbox', 'notifications', 'on-call', 'patients', 'preferences', 'results',
      'schedule', 'second-step', 'settings', 'sign-in',
    ],
    ['alerts', 'appointments', 'demographics', 'values'],
    ['ui'],
    ['data/care'],
    ['data/fhir'],
    ['data/live'],
    ['data/session'],
    ['time', 'observable', 'data/ids'],
  ],
};

function isIn(layer: string, file: string): boolean {
  return `${file}.`.startsWith(`${layer}.`) || file.startsWith(`${layer}/`);
}

describe.each(Object.entries(packages))('In %s', (name, layers) => {
  const src = fileURLToPath(new URL(`../${name}/src`, import.meta.url));

  test('every import points down', async () => {
    const imports = await readImports(src);

    expect(imports.length).toBeGreaterThan(10);
    expect(wrongArrows(imports, layers)).toEqual([]);
  });

  test('only packages are imported that package.json names as dependencies', async () => {
    const text = await readFile(new URL(`../${name}/package.json`, import.meta.url), 'utf8');
    const named = JSON.parse(text) as Record<'dependencies' | 'peerDependencies', Record<string, string> | undefined>;
    const dependencies = { ...named.dependencies, ...named.peerDependencies };

    const imported = await readPackages(src);

    expect(imported).toContain(Object.keys(dependencies)[0]);
    expect(imported.filter((one) => !(one in dependencies))).toEqual([]);
  });

  test('every layer has a file that imports or is imported', async () => {
    const files = (await readImports(src)).flatMap(({ from, to }) => [from, to]);

    const empty = layers.flat().filter((layer) => !files.some((file) => isIn(layer, file)));

    expect(empty).toEqual([]);
  });
});

describe('The check of the arrows', () => {
  const layers: Layers = [['shell'], ['patients', 'schedule'], ['data/fhir'], ['time']];
  const check = (file: string, text: string) => wrongArrows(importsOf(file, text), layers);

  test.each([
    ["import { read } from '../data/fhir/requests';", 'schedule/board.ts'],
    ["import { card } from './card';", 'schedule/board.ts'],
    ["import { days } from '../../time/days';", 'data/fhir/requests.ts'],
    ["import { useQuery } from '@tanstack/react-query';", 'time/days.ts'],
  ])('accepts %s in %s', (text, file) => {
    expect(check(file, text)).toEqual([]);
  });

  test('reads the packages out of every form of import', () => {
    const text = [
      "import { useQuery } from '@tanstack/react-query';",
      "import {\n  one,\n  other,\n} from 'socket.io-client';",
      "import '@mantine/core/styles/global.css';",
      "export { may } from '@vagus/client';",
      "import { days } from '../time/days';",
      "import 'virtual:theme.css';",
    ].join('\n');

    expect(packagesOf(text)).toEqual(['@tanstack/react-query', 'socket.io-client', '@mantine/core', '@vagus/client']);
  });

  test.each([
    ["import { router } from '../shell/router';", 'schedule/board.ts', 'schedule may not import shell'],
    ["import type { Row } from '../patients/row';", 'schedule/board.ts', 'schedule may not import patients'],
    ["export * from '../data/fhir/words';", 'time/words.ts', 'time may not import data/fhir'],
    ["const load = () => import('../shell/pages');", 'patients/row.ts', 'patients may not import shell'],
    ["import '../shell/base.css';", 'patients/row.ts', 'patients may not import shell'],
    ["import {\n  one,\n  other,\n} from '../other/file';", 'patients/row.ts', 'in no layer'],
  ])('finds %s in %s', (text, file, reason) => {
    expect(check(file, text)).toEqual([expect.stringContaining(reason)]);
  });
});
