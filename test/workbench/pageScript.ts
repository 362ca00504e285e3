/** Scripts of `page/`, as text for the browser. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';

/** @param constants what the script declares and does not define */
export function pageScript(name: string, constants: Readonly<Record<string, unknown>> = {}): string {
  const source = readFileSync(path.join(import.meta.dirname, 'page', `${name}.ts`), 'utf8');
  const define = Object.entries(constants).map(([constant, value]) => `const ${constant} = ${JSON.stringify(value)};`);
  return transformSync(`${define.join('\n')}\n${source}`, { loader: 'ts', format: 'iife' }).code;
}
