/** Edits that are offered for what was found in a reward file: tried by a real engine, on the completions of a run. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { rewardConfigSchema } from '../../src/engine/protocol/experiment.ts';
import { RunData } from '../../src/extension/data/runData.ts';
import type { Scores } from '../../src/extension/engine/engineQuestions.ts';
import { findingsOf } from '../../src/extension/live/findings.ts';
import type { LiveResult } from '../../src/extension/live/liveResult.ts';
import { LiveScores, type LiveEnvironment } from '../../src/extension/live/liveScores.ts';
import { TriedFixes } from '../../src/extension/live/triedFixes.ts';
import { finishedRun } from '../panels/outputsRuns.ts';
import { temporaryFolder } from '../run/samples.ts';
import { until } from '../support/processes.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';

const REWARD = `const CAPITALS = /SO THE ANSWER/;
const NARROW = /answer is(\\d+)/;
const NEVER = /absent/;
export const right = ({ completion }) => {
  if (NEVER.test(completion)) return 2;
  if (CAPITALS.test(completion)) return 1;
  return NARROW.test(completion) ? 1 : 0;
};
export const share = ({ completion }) => Number(completion.split('answer is ')[1]) / 10;
export const other = async ({ completion }) => {
  const later = Promise.resolve(Number(completion.split('answer is ')[1]));
  return later;
};
`;

/** What live scores find in the file, with the completions of a run whose answers are numbers or "unsure". */
async function scored(t: TestContext): Promise<{ readonly result: LiveResult; readonly environment: LiveEnvironment }> {
  const runDir = finishedRun(10);
  const path = join(temporaryFolder(), 'reward.ts');
  writeFileSync(path, REWARD);
  const { engines } = openWindow(t, makeSessionsFolder());
  const data = new RunData();
  t.after(() => data.dispose());
  const uses = ['right', 'share', 'other'].map((name) => ({
    experimentPath: '/project/sums.rlvr.json',
    reward: rewardConfigSchema.parse({ file: path, function: name }),
  }));
  const environment: LiveEnvironment = {
    data,
    score: (question) => engines.questions.score(question),
    usesOf: () => Promise.resolve(uses),
    runFor: () => runDir,
    unsaved: () => [],
  };
  const live = new LiveScores(environment);
  t.after(() => live.dispose());
  const changed = new Promise<void>((resolve) => {
    live.onDidChange(() => {
      if (live.result !== null || live.failure !== null) resolve();
    });
  });
  live.setText({ path, version: 1, text: REWARD });
  live.switch(true);
  await changed;
  assert.equal(live.failure, null);
  return { result: live.result ?? assert.fail('it was not scored'), environment };
}

test('only what mends something is offered, with how much of it', HANG_LIMIT, async (t) => {
  const { result, environment } = await scored(t);
  const tries = new TriedFixes(environment, () => result);
  const completions = result.sample.completions.length;
  const [right, share] = result.functions;
  assert.ok(right && share);
  const failed = share.errors.length;
  assert.ok(failed > 0 && failed < completions);
  const offered = new Map<string, string[]>();
  for (const finding of findingsOf(result)) {
    const { line, column, endColumn } = finding.place;
    const marked = result.text.text.split('\n')[line]?.slice(column, endColumn) ?? '';
    const fixes = await tries.of(result, finding);
    assert.equal(tries.of(result, finding), tries.of(result, finding));
    const words = fixes.map(({ fix, count, of }) => `${fix.kind} ${count} of ${of}`);
    offered.set(`${finding.kind} ${/\w+/.exec(marked)?.[0] ?? ''}`, words);
  }
  assert.deepEqual(Object.fromEntries(offered), {
    'notFinite share': [`nullForNaN ${failed} of ${completions}`],
    // To wait for it would be another edit.
    'notFinite other': [],
    'match NEVER': [],
    'match CAPITALS': [`ignoreCase ${completions} of ${completions}`],
    'match NARROW': [`anySpace ${completions - failed} of ${completions}`],
  });
});

test('what typing has made old is not tried any more', HANG_LIMIT, async (t) => {
  const { result, environment } = await scored(t);
  const finding = findingsOf(result).find(({ kind }) => kind === 'notFinite') ?? assert.fail();
  const results = Array.from({ length: 20 }, (): LiveResult => ({ ...result }));
  let current: LiveResult | null = null;
  let asks = 0;
  const held = Promise.withResolvers<null>();
  const tries = new TriedFixes(
    {
      ...environment,
      score: async () => {
        asks += 1;
        await held.promise;
        throw new Error('left for the next');
      },
    },
    () => current,
  );
  const tried: Promise<unknown>[] = [];
  for (const one of results) {
    current = one;
    tried.push(tries.of(one, finding));
    if (tried.length === 1) await until(() => asks === 1);
  }
  held.resolve(null);
  await Promise.all(tried);
  assert.equal(asks, 2, 'the one under way, and the newest');
});

test('a fix after which nothing has a score is none', HANG_LIMIT, async (t) => {
  const { result, environment } = await scored(t);
  const [, share = assert.fail()] = result.functions;
  const count = result.sample.completions.length;
  const lost = { ...share, values: new Float64Array(count).fill(NaN) };
  const finding = findingsOf(result).find(({ kind, scored: one }) => kind === 'notFinite' && one === share);
  assert.ok(finding);
  const failed: LiveResult = { ...result, functions: [lost] };
  const score = (): Promise<Scores> =>
    Promise.resolve({
      rewards: ['share'],
      samples: [count],
      combined: lost.values,
      byReward: [lost.values],
      errors: [],
      trace: null,
    });
  const tries = new TriedFixes({ ...environment, score }, () => failed);
  assert.deepEqual(await tries.of(failed, { ...finding, scored: lost }), []);
});
