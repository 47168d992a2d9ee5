import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** One file imports another of the same package. Paths are relative to the package's `src`. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** `import … from './x'`, `export … from './x'`, `import './x'` and `import('./x')`. */
const relativeImport = /\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/** `… from 'package/path'` and `import 'package/path'`; names such as `virtual:…` are no packages. */
const packageImport = /(?:\bfrom|^import)\s+['"]((?:@[\w-]+\/)?\w[\w.-]*)(?:\/[^'"]*)?['"]/gm;

export function importsOf(file: string, text: string): Import[] {
  const folder = posix.dirname(file);
  return [...text.matchAll(relativeImport)].map(([, path = '']) => ({ from: file, to: posix.join(folder, path) }));
}

export async function readImports(src: string): Promise<Import[]> {
  const files = await filesOf(src);
  const imports = await Promise.all(files.map(async (file) => importsOf(file, await readFile(join(src, file), 'utf8'))));
  return imports.flat();
}

async function filesOf(src: string): Promise<string[]> {
  const names = (await readdir(src, { recursive: true })).map((name) => name.replaceAll('\\', '/'));
  return names.filter((name) => /\.tsx?$/.test(name));
}

/** The packages that a text imports, without the paths inside them. */
export function packagesOf(text: string): string[] {
  return [...text.matchAll(packageImport)].map(([, name = '']) => name);
}

export async function readPackages(src: string): Promise<string[]> {
  const texts = await Promise.all((await filesOf(src)).map((file) => readFile(join(src, file), 'utf8')));
  return [...new Set(texts.flatMap(packagesOf))].sort();
}

/** From top to bottom; folders of one line do not import each other. A file beside the folders stands for itself. */
export type Layers = readonly (readonly string[])[];

/** The imports that do not point down, and the files that belong to no layer. */
export function wrongArrows(imports: readonly Import[], layers: Layers): string[] {
  return imports.flatMap(({ from, to }) => {
    const [start, end] = [placeOf(from, layers), placeOf(to, layers)];
    if (start && end && (start.name === end.name || start.depth < end.depth)) return [];
    const reason = start && end ? `${start.name} may not import ${end.name}` : 'in no layer';
    return [`${from} -> ${to}: ${reason}`];
  });
}

function placeOf(file: string, layers: Layers): { name: string; depth: number } | null {
  for (const [depth, names] of layers.entries()) {
    const name = names.find((candidate) => file.startsWith(`${candidate}/`) || file.replace(/\.\w+$/, '') === candidate);
    if (name !== undefined) return { name, depth };
  }
  return null;
}
