/** How large the packaged extension is, and what panels load of it. */
import { statSync } from 'node:fs';
import { readZip } from '../../test/support/unzip.ts';
import { printNumbers } from './numbers.ts';

export async function measureSizes(vsix: string): Promise<void> {
  const scripts = (await readZip(vsix)).filter(({ name }) => /\/webview\/[\w-]+\.js$/.test(name));
  const kilobytes = (pattern: RegExp): number =>
    scripts
      .filter(({ name }) => pattern.test(name))
      .map((entry) => entry.contents.length / 1e3)
      .reduce((sum, size) => sum + size, 0);
  printNumbers('the VSIX', [statSync(vsix).size / 1e6], 'MB', 30);
  printNumbers('scripts that panels share', [kilobytes(/\/ui-\w+\.js$/)], 'kB', 300);
  for (const panel of ['dashboard', 'outputs', 'compare'])
    printNumbers(`script of ${panel}`, [kilobytes(new RegExp(`/${panel}\\.js$`))], 'kB', 100);
}
