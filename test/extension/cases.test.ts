/** Cases through the engine that a window has for questions. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { casesFileOf } from '../../src/engine/cases/caseFiles.ts';
import { EMPTY_CASES_TEXT, withCase } from '../../src/engine/cases/casesText.ts';
import { describeTrouble, troubledCases } from '../../src/engine/cases/startCheck.ts';
import { rewardConfigSchema } from '../../src/engine/protocol/experiment.ts';
import { parseRewardCases, type RewardCase } from '../../src/engine/protocol/rewardCases.ts';
import { judgeCases } from '../../src/extension/cases/fileCases.ts';
import { linkScore } from '../../src/extension/cases/linkScore.ts';
import { temporaryFolder } from '../run/samples.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';

const REWARD = `
export const length = ({ completion, options }) => completion.length + (options.more ?? 0);
export const known = ({ completion, answer }) => (completion === '' ? null : completion === answer ? 1 : 0);
export const broken = () => { throw new Error('on purpose'); };
export const place = (batch) => batch.map(({ index }) => index);
`;

function aCase(name: string, expected: number | null, text: string, changes: Partial<RewardCase> = {}): RewardCase {
  return {
    name: null,
    function: name,
    expected,
    tolerance: 1e-6,
    row: { answer: '42' },
    prompt: 'p',
    completions: [{ text, tokens: 1 }],
    index: 0,
    step: null,
    isGroup: false,
    from: null,
    ...changes,
  };
}

function writeCases(file: string, cases: readonly RewardCase[]): void {
  writeFileSync(
    file,
    cases.reduce((text, one) => withCase(text, file, one).text, EMPTY_CASES_TEXT),
  );
}

test('cases are judged by the files as they are now', HANG_LIMIT, async (t) => {
  const folder = temporaryFolder();
  const rewardFile = join(folder, 'reward.ts');
  const file = casesFileOf(rewardFile);
  writeFileSync(rewardFile, REWARD);
  const members = ['a', 'b', 'c'].map((text) => ({ text, tokens: 1 }));
  writeCases(file, [
    aCase('length', 3, 'abc'),
    aCase('known', null, ''),
    aCase('known', 1, '41'),
    aCase('broken', 0, ''),
    aCase('place', 2, '', { completions: members, index: 2, isGroup: true }),
    aCase('absent', 0, ''),
  ]);
  const { engines } = openWindow(t, makeSessionsFolder());
  const score = linkScore((question) => engines.questions.score(question));
  const cases = parseRewardCases(readFileSync(file, 'utf8'), file);
  const verdicts = async () =>
    (await judgeCases(file, cases, { folders: [folder], score })).map(({ verdict }) => verdict);

  await t.test('each by its own function', async () => {
    const [length, empty, wrong, broken, place, absent, ...more] = await verdicts();
    assert.deepEqual(more, []);
    assert.deepEqual(length, { outcome: 'passed', value: 3 });
    assert.deepEqual(empty, { outcome: 'passed', value: null });
    assert.deepEqual(wrong, { outcome: 'failed', value: 0 });
    assert.match(broken?.outcome === 'error' ? broken.message : '', /^reward\.ts:4:\d+: Error: on purpose$/);
    assert.deepEqual(place, { outcome: 'passed', value: 2 });
    assert.match(absent?.outcome === 'error' ? absent.message : '', /exports no function "absent"/);
  });

  await t.test('whoever asks at the same time, a start or another view, takes nothing from it', async () => {
    const [one, other] = await Promise.all([verdicts(), verdicts()]);
    assert.deepEqual(one, other);
    assert.deepEqual(one[0], { outcome: 'passed', value: 3 });
  });

  await t.test('an edited file says something else, and so do options of an experiment', async () => {
    writeFileSync(rewardFile, REWARD.replace('completion === answer', "answer === '42'"));
    const named = { file: 'reward.ts', function: 'length', options: { more: 10 } };
    const experiment = { model: 'm', dataset: { source: 'd.jsonl' }, rewards: [named] };
    writeFileSync(join(folder, 'one.rlvr.json'), JSON.stringify(experiment));
    const [length, , corrected] = await verdicts();
    assert.deepEqual(length, { outcome: 'failed', value: 13 });
    assert.deepEqual(corrected, { outcome: 'passed', value: 1 });
  });

  await t.test('what is wrong is told before a start, with the rewards as the experiment calls them', async () => {
    const config = (name: string, options = {}) =>
      rewardConfigSchema.parse({ file: 'reward.ts', function: name, options });
    const started = (...rewards: readonly ReturnType<typeof config>[]) =>
      troubledCases({ path: join(folder, 'two.rlvr.json'), rewards }, folder, score);
    const [trouble, ...more] = await started(config('length'), config('known'));
    assert.deepEqual(more, []);
    assert.deepEqual(
      [trouble?.reward, trouble?.cases, trouble?.failed, trouble?.errors, trouble?.first],
      ['reward.ts', 6, 0, 2, 3],
      'options of another experiment are not those of this one',
    );
    assert.match(
      trouble ? describeTrouble(trouble) : '',
      /^0 of 6 pinned cases of reward\.ts failed, 2 could not be scored \(reward\.ts:4:\d+: Error: on purpose\)\.$/,
    );

    writeCases(file, [aCase('length', 3, 'abc')]);
    assert.deepEqual(await started(config('length')), []);
    const [failing] = await started(config('length', { more: 1 }));
    assert.equal(failing && describeTrouble(failing), '1 of 1 pinned case of reward.ts failed.');
    assert.deepEqual([failing?.failed, failing?.errors, failing?.message, failing?.first], [1, 0, null, 0]);

    writeFileSync(file, '{}');
    const [wrong] = await started(config('length'));
    assert.match(wrong?.message ?? '', /reward\.reward-cases\.json:1:1 {2}version: is required/);
    assert.equal(wrong?.first, null);
    assert.deepEqual(await started(rewardConfigSchema.parse({ function: 'gsm8k' })), []);
  });

  await t.test('without a reward file each case says so', async () => {
    const alone = join(folder, 'gone.reward-cases.json');
    const [judged] = await judgeCases(alone, [aCase('length', 1, '')], { folders: [folder], score });
    assert.match(judged?.verdict.outcome === 'error' ? judged.verdict.message : '', /There is no reward file for/);
  });
});
