/** Which files a reward is made of, and the hash over them. */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isOfLibrary, LIBRARY_IDENTITY } from './libraryModule.ts';

export interface RewardSource {
  /** Path relative to the folder that holds all sources, with forward slashes: the same wherever the project lies. */
  readonly name: string;
  readonly contents: Uint8Array;
}

export interface CollectedSources {
  /** Absolute folder that holds all sources. */
  readonly root: string;
  /** The entry first, then by name. */
  readonly sources: readonly RewardSource[];
  /** `name@version` of each package, the library `rlvr` among them, sorted. */
  readonly packages: readonly string[];
}

const MODULES = `${path.sep}node_modules${path.sep}`;

/** @param files contents by absolute path, the entry among them: links are followed in both or in neither */
export async function collectSources(entry: string, files: ReadonlyMap<string, Uint8Array>): Promise<CollectedSources> {
  const others = [...files].filter(([file]) => !isOfLibrary(file));
  const own = others.filter(([file]) => !file.includes(MODULES));
  const root = commonFolder([entry, ...own.map(([file]) => file)]);
  const named = own.map(([file, contents]) => ({ file, source: { name: posixRelative(root, file), contents } }));
  named.sort((a, b) => Number(b.file === entry) - Number(a.file === entry) || compare(a.source.name, b.source.name));
  const folders = new Set(others.flatMap(([file]) => (file.includes(MODULES) ? [packageFolder(file)] : [])));
  const packages = await Promise.all([...folders].map(packageIdentity));
  if (others.length < files.size) packages.push(LIBRARY_IDENTITY);
  return { root, sources: named.map(({ source }) => source), packages: [...new Set(packages)].sort(compare) };
}

/** sha256 in hexadecimal. */
export function hashSources({ sources, packages }: Omit<CollectedSources, 'root'>): string {
  const hash = createHash('sha256');
  for (const { name, contents } of sources) {
    // Lengths and fixed-width digests keep "a" + "bc" apart from "ab" + "c".
    hash.update(`${JSON.stringify(name)} ${createHash('sha256').update(contents).digest('hex')}\n`);
  }
  for (const identity of packages) hash.update(`${JSON.stringify(identity)}\n`);
  return hash.digest('hex');
}

function commonFolder(files: readonly string[]): string {
  const [first = [], ...others] = files.map((file) => path.dirname(file).split(path.sep));
  const shared = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  return (shared === -1 ? first : first.slice(0, shared)).join(path.sep) || path.sep;
}

function posixRelative(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join('/');
}

/** `.../node_modules/name` or `.../node_modules/@scope/name`. */
function packageFolder(file: string): string {
  const end = file.lastIndexOf(MODULES) + MODULES.length;
  const [first = '', second = ''] = file.slice(end).split(path.sep);
  return file.slice(0, end) + (first.startsWith('@') ? path.join(first, second) : first);
}

const manifestSchema = z.object({ version: z.string() });

/** undefined where it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function packageIdentity(folder: string): Promise<string> {
  const text = await fs.readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const { version = 'unknown' } = manifestSchema.safeParse(parseJson(text)).data ?? {};
  return `${folder
    .slice(folder.lastIndexOf(MODULES) + MODULES.length)
    .split(path.sep)
    .join('/')}@${version}`;
}

/** By code unit: the order of `sort()` depends on no locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
