import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { en } from '../src/words/en';
import { es } from '../src/words/es';
import type { Text } from '../src/words/text';
import { languageOf, write, type WordKey } from '../src/words/write';

const src = fileURLToPath(new URL('../src', import.meta.url));
const keys = Object.keys(en) as WordKey[];

async function code(): Promise<string> {
  const files = (await readdir(src, { recursive: true })).filter((name) => /\.tsx?$/.test(name) && !/^words[\\/](en|es)\.ts$/.test(name));
  return (await Promise.all(files.map((name) => readFile(join(src, name), 'utf8')))).join('\n');
}

const forms = (text: Text): string[] => (typeof text === 'string' ? [text] : [text.one, text.other]);
const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();

test('Spanish has exactly the keys of English, in the same order', () => {
  expect(Object.keys(es)).toEqual(keys);
});

test('Both languages say the same values in each text, and plural forms stand on both sides', () => {
  const different = keys.filter((key) => {
    const [here, there] = [forms(en[key]), forms(es[key])];
    return here.length !== there.length || here.some((form, index) => places(form).join() !== places(there[index] ?? '').join());
  });

  expect(different).toEqual([]);
});

test('No text is empty, and none is left in English', () => {
  expect(keys.filter((key) => forms(es[key]).some((form) => form.trim() === ''))).toEqual([]);
  expect(keys.filter((key) => JSON.stringify(en[key]) === JSON.stringify(es[key]))).toEqual([]);
});

test('Every key of the catalogue is used by the code', async () => {
  const text = await code();

  expect(keys.filter((key) => !text.includes(`'${key}'`))).toEqual([]);
});

test('Every key that the code asks for is in the catalogue', async () => {
  const calls = (await code()).matchAll(/\bt\((?:[^()']*\?\s*)?'([\w.]+)'(?:\s*:\s*'([\w.]+)')?/g);
  const asked = [...calls].flatMap(([, one, other]) => [one, other]);

  expect(asked.length).toBeGreaterThan(100);
  expect(asked.filter((key) => key !== undefined && !keys.includes(key as WordKey))).toEqual([]);
});

test('No text stands in the code itself', async () => {
  const files = (await readdir(src, { recursive: true })).filter((name) => name.endsWith('.tsx'));
  const texts = await Promise.all(
    files.map(async (name) => {
      const file = await readFile(join(src, name), 'utf8');
      return [...file.matchAll(/>\s*([A-Z][a-z]+[^<>{}=;()]*)<\//g)].map(([, text = '']) => `${name}: ${text.trim()}`);
    }),
  );
  // The languages are named in themselves.
  const allowed = ['more/PreferencesPage.tsx: English', 'more/PreferencesPage.tsx: Español'];

  expect(texts.flat().filter((text) => !allowed.includes(text))).toEqual([]);
});

test('Forms follow the plural rules of the language and numbers its way to write them', () => {
  expect(write('en', 'messages.unread', { count: 1 })).toBe('1 new message');
  expect(write('en', 'messages.unread', { count: 0 })).toBe('0 new messages');
  expect(write('es', 'messages.unread', { count: 1 })).toBe('1 mensaje nuevo');
  expect(write('es', 'text.left', { count: 12_345 })).toBe('Quedan 12.345 caracteres');
});

test('A value that looks like a place is not filled in', () => {
  expect(write('en', 'send.for', { name: '{name} {count}' })).toBe('You write for {name} {count} to the care team.');
});

test.each([
  [['es-MX', 'en-US'], 'es'],
  [['fr-FR', 'es'], 'es'],
  [['de'], 'en'],
  [[], 'en'],
])('A browser that asks for %j is answered in %s', (asked, language) => {
  expect(languageOf(asked)).toBe(language);
});

test.each([
  ['gate.no', 'No, ninguna. Mi mensaje puede esperar.'],
  ['acting.nowSelf', 'Ahora actúa en su propio nombre'],
  ['acting.now', 'Ahora actúa en nombre de Mia'],
  ['send.for', 'Escribe al equipo médico en nombre de Mia.'],
  ['sender.family', 'Familia o representante'],
  ['thread.expected', 'Respuesta habitual a más tardar el 30 de noviembre.'],
  ['status.no_show', 'No asistió'],
] as const)('Where a wrong reading would do harm, the Spanish of %s is fixed', (key, text) => {
  expect(write('es', key, { name: 'Mia', day: '30 de noviembre' })).toBe(text);
});
