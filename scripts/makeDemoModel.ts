/**
 * Makes the built-in demo from nothing, `npm run make-demo-model`: problems, a tokenizer trained on them, and a small model that learned
 * from a demonstrator who misreads most of the stories. The same seed gives the same files on one machine; on another processor the
 * weights may differ by rounding.
 *
 * --seed N   of the model and its demonstrations; the problems are always the same
 * --out DIR  where problems.jsonl and model/ are written (examples/demo)
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { uniforms } from '../src/engine/random/keyed.ts';
import { demonstrations } from './demo/demonstrator.ts';
import { writeInitialModel } from './demo/initialModel.ts';
import { demoProblems, demoTokenizer, problemSets, toJsonl } from './demo/problemSets.ts';
import { DEMONSTRATIONS, trainWarmStart } from './demo/warmStart.ts';

const DEMO = resolve(import.meta.dirname, '../examples/demo');
/** The shipped model's: of the seeds 0 to 3 the one from which the demo learns most (examples/demo/README.md). */
const DEFAULT_SEED = 2;

const { values } = parseArgs({ options: { seed: { type: 'string' }, out: { type: 'string' } } });
const seed = Number(values.seed ?? DEFAULT_SEED);
const out = resolve(values.out ?? DEMO);

const sets = problemSets();
await mkdir(out, { recursive: true });
await writeFile(join(out, 'problems.jsonl'), toJsonl(demoProblems(sets)));

const work = await mkdtemp(join(tmpdir(), 'demo-model-'));
try {
  const model = join(work, 'initial');
  const trained = join(work, 'trained');
  const shown = join(work, 'demonstrations.jsonl');
  const heldout = join(work, 'heldout.jsonl');
  await writeFile(heldout, toJsonl(sets.heldout));
  await writeInitialModel(model, demoTokenizer(sets), seed);
  await writeFile(shown, toJsonl(demonstrations(sets.sums, DEMONSTRATIONS, uniforms(seed, 'shuffle', [2]))));
  const rewardFile = join(DEMO, 'reward.ts');
  await trainWarmStart({ model, demonstrations: shown, heldout, rewardFile, seed }, work, trained);
  await rm(join(out, 'model'), { recursive: true, force: true });
  await cp(trained, join(out, 'model'), { recursive: true });
} finally {
  await rm(work, { recursive: true, force: true });
}
console.log(`The demo of seed ${seed} is in ${out}.`);
