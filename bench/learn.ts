/**
 * Does it learn? Trains from every warm start in a folder, with several seeds each, and holds the accuracy on problems never trained
 * on against a bar: `npm run bench:learn -- --warm DIR --train FILE --heldout FILE [--seeds N] [--json]`.
 */
import { resolve } from 'node:path';
import { COMMON, count, optionsIn, path, runBenchmark } from './learn/arguments.ts';
import { BAR, STEPS } from './learn/recipe.ts';
import { runTrials, warmStarts, type TrialResult } from './learn/trials.ts';

const USAGE = `Usage: npm run bench:learn -- --warm DIR --train FILE --heldout FILE [options]

  --warm DIR      a folder of model folders to start from
  --train FILE    JSONL of problems to train on: question, answer
  --heldout FILE  JSONL of problems to measure on
  --seeds N       runs from each warm start (3)
  --steps N       steps of each run (${STEPS}); the bar is meant for ${STEPS}
  --jobs N        runs at once, one thread each (1); the results do not depend on it
  --runs DIR      where the runs are kept (.rlvr/learn)
  --json          one JSON object per run, and one with the mean

Exit code 1 where the mean accuracy is below ${BAR.mean} or any below ${BAR.lowest}.`;

interface Options {
  readonly warm: string;
  readonly train: string;
  readonly heldout: string;
  readonly seeds: number;
  readonly steps: number;
  readonly jobs: number;
  readonly runsDir: string;
  readonly json: boolean;
}

function readOptions(args: readonly string[]): Options {
  const values = optionsIn(args, { ...COMMON, steps: { type: 'string' }, jobs: { type: 'string' } });
  return {
    warm: path('warm', values.warm),
    train: path('train', values.train),
    heldout: path('heldout', values.heldout),
    seeds: count('seeds', values.seeds, 3),
    steps: count('steps', values.steps, STEPS),
    jobs: count('jobs', values.jobs, 1),
    runsDir: resolve(values.runs ?? '.rlvr/learn'),
    json: values.json ?? false,
  };
}

/** The verdict over all runs. */
function judge(results: readonly TrialResult[]) {
  const after = results.map((result) => result.after);
  const mean = after.reduce((sum, accuracy) => sum + accuracy, 0) / after.length;
  const lowest = Math.min(...after);
  return { runs: after.length, mean, lowest, bar: BAR, passed: mean >= BAR.mean && lowest >= BAR.lowest };
}

async function main(options: Options): Promise<boolean> {
  const { train, heldout, seeds, steps, jobs, runsDir, json } = options;
  const warm = await warmStarts(options.warm);
  const trials = warm.flatMap((start) =>
    Array.from({ length: seeds }, (_, seed) => ({ warm: start, train, heldout, seed, steps })),
  );
  const report = (result: TrialResult): void => {
    const { before, after, seconds, runDir } = result;
    const line = `${result.warm}, seed ${result.seed}: ${before.toFixed(3)} -> ${after.toFixed(3)} in ${seconds.toFixed(0)} s, ${runDir}`;
    console.log(json ? JSON.stringify(result) : line);
  };
  const verdict = judge(await runTrials(trials, { runsDir, jobs, report }));
  const { runs, mean, lowest, passed } = verdict;
  const sentence = `${runs} runs: mean ${mean.toFixed(3)} (bar ${BAR.mean}), lowest ${lowest.toFixed(3)} (bar ${BAR.lowest}): ${passed ? 'passed' : 'missed'}`;
  console.log(json ? JSON.stringify(verdict) : sentence);
  return passed;
}

await runBenchmark(USAGE, (args) => main(readOptions(args)));
