/** What VS Code calls inside the extension host: runs every other file of this folder, and prints the tally. */
import { globSync } from 'node:fs';
import path from 'node:path';
import type Mocha from 'mocha';

/** The slowest test waits for VS Code's JSON server to start on a busy machine. */
const TEST_LIMIT_MS = 120_000;

export async function run(): Promise<void> {
  // Mocha is an ES module, which the Node of older versions does not `require` as what it was.
  const { default: Runner } = await import('mocha');
  const mocha = new Runner({ ui: 'bdd', timeout: TEST_LIMIT_MS, color: false });
  const files = globSync('*.cjs', { cwd: __dirname }).sort();
  for (const file of files.filter((name) => name !== path.basename(__filename)))
    mocha.addFile(path.join(__dirname, file));
  const { passes, failures } = await new Promise<Mocha.Stats>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats ?? NOTHING_RAN));
  });
  console.log(`${passes} passed, ${failures} failed`);
  if (failures > 0 || passes === 0) throw new Error(`${failures} of ${passes + failures} tests failed.`);
}

const NOTHING_RAN: Mocha.Stats = { suites: 0, tests: 0, passes: 0, pending: 0, failures: 0 };
