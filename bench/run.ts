/** `npm run bench [decode] [step] [preflight]`: runs the benchmarks one after another; `npm run bench:learn` is apart, for it takes an hour. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const BENCHMARKS = ['decode', 'step', 'preflight'];

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !BENCHMARKS.includes(name));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}"; there are ${BENCHMARKS.join(' and ')}.`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : BENCHMARKS) {
  console.log(`# ${name}`);
  const door = join(import.meta.dirname, `${name}.ts`);
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', door], { stdio: 'inherit' });
  process.exitCode = Math.max(Number(process.exitCode ?? 0), status ?? 1);
}
