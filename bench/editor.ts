/**
 * `npm run bench:editor -- [sizes] [activation] [dashboard] [outputs] [live] [stop] [typing] [--repeat 5] [--seconds 60]`: measures the packaged
 * extension in a real workbench against what it has promised. Clock times are worth little on a busy machine; its load is beside
 * each number.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { repository } from '../test/workbench/extension.ts';
import { measureActivation } from './editor/activation.ts';
import { measureDashboard } from './editor/dashboard.ts';
import { measureLive } from './editor/live.ts';
import { measureOutputs } from './editor/outputs.ts';
import { kept } from './editor/room.ts';
import { measureSizes } from './editor/sizes.ts';
import { measureStop } from './editor/stop.ts';
import { measureTyping } from './editor/typing.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    vsix: { type: 'string' },
  },
});
const repetitions = Number(values.repeat);

type Measure = (vsix: string) => Promise<void> | void;
const MEASURES: Readonly<Record<string, Measure>> = {
  sizes: measureSizes,
  activation: (vsix) => measureActivation(vsix, repetitions),
  dashboard: (vsix) => measureDashboard(vsix, repetitions),
  outputs: (vsix) => measureOutputs(vsix, repetitions),
  live: (vsix) => measureLive(vsix, Number(values.seconds)),
  stop: (vsix) => measureStop(vsix, repetitions),
  typing: (vsix) => measureTyping(vsix, repetitions),
};

const unknown = positionals.find((name) => !Object.hasOwn(MEASURES, name));
if (unknown !== undefined || !(repetitions > 0) || !(Number(values.seconds) > 0)) {
  console.error(`There are ${Object.keys(MEASURES).join(', ')}, --repeat N and --seconds N.`);
  process.exit(2);
}

const vsix = values.vsix ?? packageExtension();
for (const [name, measure] of Object.entries(MEASURES))
  if (positionals.length === 0 || positionals.includes(name)) await measure(vsix);

/** As it is in the repository now. */
function packageExtension(): string {
  const out = path.join(kept, 'vsix');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  execFileSync(process.execPath, [path.join(repository, 'scripts/package.ts'), '--out', out], { stdio: 'inherit' });
  const [found] = globSync('*.vsix', { cwd: out });
  if (found === undefined) throw new Error('The extension was not packaged.');
  return path.join(out, found);
}
