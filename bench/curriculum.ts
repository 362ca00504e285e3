/**
 * What an adaptive curriculum saves: tokens generated until the held-out accuracy is reached, against drawing every problem alike, from every
 * warm start in a folder: `npm run bench:curriculum -- --warm DIR --train FILE --heldout FILE [--seeds N] [--json]`. Both ways take
 * turns, so that a machine that slows down slows both.
 */
import { resolve } from 'node:path';
import { COMMON, count, optionsIn, path, runBenchmark } from './learn/arguments.ts';
import { reach, type Arm, type Reach } from './learn/reach.ts';
import { STEPS } from './learn/recipe.ts';
import { warmStarts } from './learn/trials.ts';

/** Held-out accuracy that is to be reached. */
const TARGET = 0.8;

const ARMS: readonly Arm[] = [
  { name: 'uniform', changes: {} },
  { name: 'adaptive', changes: { curriculum: { by: 'adaptive' } } },
];

const USAGE = `Usage: npm run bench:curriculum -- --warm DIR --train FILE --heldout FILE [options]

  --warm DIR      a folder of model folders to start from
  --train FILE    JSONL of problems to train on: question, answer
  --heldout FILE  JSONL of problems to measure on
  --seeds N       runs of each way from each warm start (1)
  --runs DIR      where the runs are kept (.rlvr/learn)
  --json          one JSON object per run, and one with the means

Exit code 1 where the adaptive curriculum needs more tokens on average, or a run does not come to ${TARGET} in ${STEPS} steps.`;

function lineOf({ arm, warm, seed, step, tokens, dead, runDir }: Reach): string {
  const reached = step === null ? `not in ${STEPS} steps` : `at step ${step}`;
  return `${warm}, seed ${seed}, ${arm}: ${reached}, ${tokens} tokens, ${(100 * dead).toFixed(0)} % of groups dead, ${runDir}`;
}

async function main(args: readonly string[]): Promise<boolean> {
  const values = optionsIn(args, COMMON);
  const train = path('train', values.train);
  const heldout = path('heldout', values.heldout);
  const runsDir = resolve(values.runs ?? '.rlvr/learn');
  const results: Reach[] = [];
  for (let seed = 0; seed < count('seeds', values.seeds, 1); seed += 1)
    for (const warm of await warmStarts(path('warm', values.warm)))
      for (const arm of ARMS) {
        const result = await reach(arm, { warm, train, heldout, seed, steps: STEPS }, TARGET, runsDir);
        results.push(result);
        console.log(values.json ? JSON.stringify(result) : lineOf(result));
      }
  const means = Object.fromEntries(ARMS.map(({ name }) => [name, meanTokens(results, name)]));
  const { uniform = 0, adaptive = 0 } = means;
  const passed = adaptive < uniform && results.every(({ step }) => step !== null);
  const words = ARMS.map(({ name }) => `${name} ${Math.round(means[name] ?? 0)}`).join(', ');
  console.log(values.json ? JSON.stringify({ means, passed }) : `Tokens to ${TARGET}, mean: ${words}`);
  return passed;
}

function meanTokens(results: readonly Reach[], arm: string): number {
  const tokens = results.filter((result) => result.arm === arm).map((result) => result.tokens);
  return tokens.reduce((sum, value) => sum + value, 0) / tokens.length;
}

await runBenchmark(USAGE, main);
