/** What reward code is written in, and what it may read. */
import { extname } from 'node:path';

const EXTENSIONS = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '.py']);

/** Whether a file may be reward code, or be imported by it. */
export function isCodePath(path: string): boolean {
  return EXTENSIONS.has(extname(path).toLowerCase()) && !path.endsWith('.d.ts');
}
