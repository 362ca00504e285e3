/** The reward library: each function's values, called directly and scored as in a run. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { RewardConfig } from '../../src/engine/protocol/experiment.ts';
import { bundleReward } from '../../src/engine/reward/bundle.ts';
import { openScorer } from '../../src/engine/reward/scorer.ts';
import { temporaryFolder } from '../reward/support.ts';
import { rewardCases, type RewardCase } from './rewardCases.ts';

const library = resolve(import.meta.dirname, '../../src/library/rewards');
const outDir = temporaryFolder();

/** Modules that a direct call gives no value of; each has a test of its own. */
const ASK_THE_ENGINE = ['humaneval.ts', 'languageModelJudge.ts'];

/** What a reward is given for a case, as a scorer makes it. */
function inputsOf({ answer, step, completions }: RewardCase): Record<string, unknown>[] {
  return completions.map(([completion, , completionTokens = 1], index) => ({
    ...(answer === undefined ? {} : { answer }),
    completion,
    prompt: 'p',
    completionTokens,
    step: step ?? null,
    index,
    options: {},
  }));
}

const files = [...new Set(rewardCases.map(({ file }) => file))].map((file) => join(library, file));
const modules = new Map(
  await Promise.all(files.map(async (file) => [file, await bundleReward(file, { outDir })] as const)),
);

async function functionOf({ file, function: name }: RewardCase): Promise<(argument: unknown) => unknown> {
  const loaded: unknown = await import(pathToFileURL(modules.get(join(library, file))?.path ?? '').href);
  const found: unknown = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, name) : undefined;
  if (typeof found !== 'function') assert.fail(`${file} exports no function ${name}`);
  return (argument) => {
    const returned: unknown = Reflect.apply(found, undefined, [argument]);
    return returned;
  };
}

/** The scores of a case by a direct call; `error` for what throws. */
async function direct(rewardCase: RewardCase): Promise<unknown> {
  const call = await functionOf(rewardCase);
  const inputs = inputsOf(rewardCase);
  if (rewardCase.per === 'group') return call(inputs);
  return Promise.all(
    inputs.map(async (input) => {
      try {
        return await call(input);
      } catch {
        return 'error';
      }
    }),
  );
}

test('every module of the library has cases', () => {
  const files = new Set(rewardCases.map(({ file }) => file));
  assert.deepEqual([...files, ...ASK_THE_ENGINE].sort(), readdirSync(library).sort());
});

for (const rewardCase of rewardCases) {
  const { file, function: name, answer, step, completions } = rewardCase;
  const of = [
    ...(answer === undefined ? [] : [` about ${JSON.stringify(answer)}`]),
    ...(step === undefined ? [] : [` in step ${step}`]),
  ];
  test(`${file} ${name}${of.join('')}`, async () => {
    assert.deepEqual(
      await direct(rewardCase),
      completions.map(([, score]) => score),
    );
  });
}

test('a scorer gives what a direct call gives', { timeout: 120_000 }, async () => {
  const functions = new Map(rewardCases.map((rewardCase) => [`${rewardCase.file} ${rewardCase.function}`, rewardCase]));
  const rewards = [...functions].map(([name, { file, function: exported, per }]): RewardConfig => {
    return { name, file, function: exported, per: per ?? 'completion', weight: 1, timeout: 60, options: {} };
  });
  const scorer = await openScorer({ rewards, baseDir: library, outDir, onWarning: (message) => assert.fail(message) });
  try {
    const verdicts = await scorer.score(
      rewardCases.map(({ answer, step, completions }) => ({
        row: answer === undefined ? {} : { answer },
        prompt: 'p',
        ...(step === undefined ? {} : { step }),
        completions: completions.map(([text, , tokens = 1]) => ({ text, tokens })),
      })),
    );
    for (const [index, { file, function: name, completions }] of rewardCases.entries()) {
      const results = (verdicts[index] ?? []).map(({ rewards: results }) => {
        const result = results[`${file} ${name}`];
        return result === undefined || 'error' in result ? 'error' : result.value;
      });
      assert.deepEqual(
        results,
        completions.map(([, score]) => score),
        `${file} ${name}`,
      );
    }
  } finally {
    await scorer.close();
  }
});
