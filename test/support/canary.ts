/** Where a secret is that should be nowhere: in files, and in what the system tells of processes. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { processTree } from './windowEngines.ts';

/** As it is, in UTF-16, and in base64 at each of the three places that a longer text may begin at. */
function formsOf(secret: string): readonly Buffer[] {
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString('base64');
    // Without the characters that hold bits of what stands before or behind.
    return text.slice(before === 0 ? 0 : before + 1, -4);
  });
  return [Buffer.from(secret), Buffer.from(secret, 'utf16le'), ...base64.map((text) => Buffer.from(text))];
}

function holds(bytes: Buffer, forms: readonly Buffer[]): boolean {
  return forms.some((form) => bytes.includes(form));
}

export interface Looked {
  /** Files below the folders, and `cmdline` or `environ` of a process, that have the secret; file names with it too. */
  readonly found: string[];
  readonly files: number;
  readonly processes: number;
}

/** @param folders and all below them. Looks at the processes that this one has started as well, where the system tells (Linux). */
export function lookFor(secret: string, folders: readonly string[]): Looked {
  const forms = formsOf(secret);
  const files = folders.flatMap(filesBelow);
  const children = process.platform === 'linux' ? processTree(process.pid).slice(1) : [];
  const told = children.flatMap((pid) => ['cmdline', 'environ'].map((name) => `/proc/${pid}/${name}`));
  const found = [...files, ...told].filter((file) => file.includes(secret) || holds(contentsOf(file), forms));
  return { found, files: files.length, processes: children.length };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Empty where it has gone meanwhile. */
function contentsOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
