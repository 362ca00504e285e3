/** `ThirdPartyNotices.txt`: the licences of the packages that are really in the bundles, read off what esbuild put there. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { z } from 'zod';

/** Packages of which files are shipped beside the bundles: binaries, and the icons' font. */
const BESIDE = ['node_modules/onnxruntime-node', 'node_modules/esbuild', 'node_modules/@vscode/codicons'];

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** The terms of the MIT licence. */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** Packages that say "MIT" and come without its text: who holds the copyright, as their repositories say. */
const MIT_HOLDERS: readonly { readonly packages: RegExp; readonly holder: string }[] = [
  { packages: /^onnxruntime-(common|node)$/, holder: 'Microsoft Corporation' },
  { packages: /^@microsoft\/fast-/, holder: 'Microsoft Corporation' },
  { packages: /^@cfworker\/json-schema$/, holder: 'Jeremy Danyow' },
];

/** What is inside a binary is not in its package. */
const FURTHER: Readonly<Record<string, (version: string) => string>> = {
  'onnxruntime-node': (version) =>
    'The notices for what ONNX Runtime itself contains are at\n' +
    `https://github.com/microsoft/onnxruntime/blob/v${version}/ThirdPartyNotices.txt`,
};

/**
 * The text for everything that went into `bundles`, by package, in the order of their names.
 * @throws Error for a package whose licence is not known
 */
export function thirdPartyNotices(root: string, bundles: readonly Metafile[]): string {
  const inputs = bundles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.keys(output.inputs)),
  );
  const folders = new Set([...BESIDE, ...inputs.flatMap((input) => packageFolder(input) ?? [])]);
  // A package may be there several times, for several others.
  const sections = [...new Set([...folders].map((folder) => section(path.join(root, folder))))].sort();
  return (
    ['RLVR-Ops contains the software of others, under these licences.', ...sections].join(`\n\n${'-'.repeat(80)}\n\n`) +
    '\n'
  );
}

/** `node_modules/@scope/name` of a file in it; null for a file of our own. */
function packageFolder(input: string): string | null {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? null;
}

function section(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = manifestSchema.parse(manifest);
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort();
  const texts = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim().replaceAll('\r\n', '\n'));
  const holder = license === 'MIT' && MIT_HOLDERS.find(({ packages }) => packages.test(name))?.holder;
  if (texts.length === 0 && holder) texts.push(`MIT License\n\nCopyright (c) ${holder}\n\n${MIT}`);
  if (texts.length === 0)
    throw new Error(
      `${folder} has no file with its licence (${license}). Say whose it is in scripts/build/notices.ts.`,
    );
  const further = FURTHER[name]?.(version);
  return [`${name} ${version} (${license})`, ...texts, ...(further === undefined ? [] : [further])].join('\n\n');
}
