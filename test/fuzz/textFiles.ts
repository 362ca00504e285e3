/** Files that people write: experiments, sweeps, cases, rewards. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse as readJsonWithComments } from 'jsonc-parser';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { ExperimentError } from '../../src/engine/protocol/experimentError.ts';
import { experimentAdvice, experimentFaults, parseExperiment } from '../../src/engine/protocol/experimentFile.ts';
import { parseHubModel } from '../../src/engine/protocol/hubModel.ts';
import { parseHubSource } from '../../src/engine/protocol/hubSource.ts';
import { parseRewardCases, RewardCasesError } from '../../src/engine/protocol/rewardCases.ts';
import { parseSweepFile, SweepFileError } from '../../src/engine/protocol/sweep/sweepFile.ts';
import { instrument } from '../../src/engine/source/instrument.ts';
import { pythonRewards } from '../../src/engine/source/pythonRewards.ts';
import { findRewardFunctions } from '../../src/engine/source/rewardFunctions.ts';
import { fuzzed, type FuzzedParser } from './fuzzed.ts';
import { asText, mutatedJson, mutatedText } from './mutations.ts';

const examples = join(import.meta.dirname, '../../examples');
const example = (path: string): string => readFileSync(join(examples, path), 'utf8');

const EXPERIMENTS = ['demo/demo', 'gsm8k/gsm8k', 'python/python', 'tasks/tasks'].map((name) =>
  example(`${name}.rlvr.json`),
);
const REWARDS = ['demo/reward.ts', 'gsm8k/reward.ts'].map(example);
const PYTHON = ['python/trl_reward.py', 'python/verl_reward.py', 'python/numbers_in_text.py'].map(example);
const CASES = [example('gsm8k/reward.reward-cases.json')];
const SWEEP = `{ // learning rates
  "experiment": "demo.rlvr.json",
  "grid": { "optimizer.learningRate": [1e-5, 1e-4], "rollout.groupSize": [4, 8] },
  "seeds": 2
}`;
const MINIMAL = '{"model":"m","dataset":{"source":"x.jsonl"},"rewards":[{"function":"gsm8k"}]}';

/** Objects of the resolved experiments, so that their values and not only their text are changed. */
const resolved = mutatedJson(fc.constantFrom(...EXPERIMENTS.map((text) => parseExperiment(text, 'x.rlvr.json'))));
const experiments = fc.oneof(mutatedText(EXPERIMENTS), asText(resolved));

const overrides = fc.array(
  fc.oneof(
    mutatedText([
      'optimizer.learningRate=1e-5',
      'rewards[0].weight=0',
      'tasks.a.weight=2',
      'algorithm={"preset":"dapo"}',
    ]),
    fc
      .tuple(
        fc.constantFrom(
          'rewards[0]',
          'rewards[4294967295]',
          'rewards[1e9]',
          '__proto__.x',
          'constructor.prototype.x',
          'training',
          'a.b.c',
        ),
        mutatedJson(fc.constantFrom<unknown>(1, {}, [], { steps: 2 })),
      )
      .map(([path, value]) => `${path}=${JSON.stringify(value ?? null)}`),
  ),
  { maxLength: 3 },
);

export const textFiles: readonly FuzzedParser[] = [
  fuzzed({
    name: 'experiment files (JSON with comments)',
    inputs: experiments,
    parse: (text) => parseExperiment(text, 'x.rlvr.json'),
    errors: [ExperimentError],
  }),
  fuzzed({
    name: 'checks of experiment files while they are written',
    inputs: experiments,
    parse: (text) => experimentAdvice(text, 'x.rlvr.json').length + experimentFaults(text, 'x.rlvr.json').length === 0,
  }),
  fuzzed({
    name: 'overrides (--set)',
    inputs: overrides,
    parse: (settings) => parseExperiment(MINIMAL, 'x.rlvr.json', settings),
    errors: [UserError],
  }),
  fuzzed({
    name: 'sweep files',
    inputs: mutatedText([SWEEP]),
    parse: (text) => parseSweepFile(text, 'x.sweep.json'),
    errors: [SweepFileError],
  }),
  fuzzed({
    name: 'reward-case files',
    inputs: fc.oneof(
      mutatedText(CASES),
      asText(mutatedJson(fc.constantFrom(...CASES.map((text): unknown => readJsonWithComments(text))))),
    ),
    parse: (text) => parseRewardCases(text, 'x.reward-cases.json'),
    errors: [RewardCasesError],
  }),
  fuzzed({
    name: 'reward files in TypeScript, as the editor reads them',
    inputs: mutatedText(REWARDS),
    parse: (text) =>
      findRewardFunctions('reward.ts', text, ['reward']).length > 0 && instrument('reward.ts', text) !== null,
  }),
  fuzzed({
    name: 'reward files in Python, as the editor reads them',
    inputs: mutatedText(PYTHON),
    parse: (text) => pythonRewards(text, ['reward']).length > 0,
  }),
  fuzzed({
    name: 'names of models and datasets on the hub',
    inputs: mutatedText(['hf:openai/gsm8k@main:main/train#train', 'owner/name@refs/pr/1', 'hf:a/b:data/*.parquet']),
    parse: (text) => (text.startsWith('hf:') ? parseHubSource(text) : parseHubModel(text)),
    errors: [UserError],
  }),
];
