/** Pinned cases of rewards in Python, in TRL's signature and in verl's, through the engine that a window has for questions. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { casesFileOf } from '../../src/engine/cases/caseFiles.ts';
import { EMPTY_CASES_TEXT, withCases } from '../../src/engine/cases/casesText.ts';
import type { CaseVerdict } from '../../src/engine/cases/runCases.ts';
import { describeTrouble, troubledCases } from '../../src/engine/cases/startCheck.ts';
import { rewardConfigSchema } from '../../src/engine/protocol/experiment.ts';
import { parseRewardCases, type RewardCase } from '../../src/engine/protocol/rewardCases.ts';
import { callOfCase, judgeCases } from '../../src/extension/cases/fileCases.ts';
import { linkScore } from '../../src/extension/cases/linkScore.ts';
import { temporaryFolder } from '../run/samples.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';

const REWARD = `from numbers_in import last_number


def correct(completions, answer, **kwargs):
    return [1.0 if last_number(text) == gold else 0.0 for text, gold in zip(completions, answer)]


def applies(completions, **kwargs):
    return [None if text == "" else 1.0 for text in completions]


def broken(completions, **kwargs):
    raise ValueError("on purpose")


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    return {"score": 1.0 if last_number(solution_str) == ground_truth else 0.25, "acc": 1}
`;
const HELPER = `def last_number(text):
    words = text.split()
    return words[-1] if words else None
`;

/** What "gold" is in each signature comes from the row. */
const ROW = { answer: '42', data_source: 'sums', reward_model: { ground_truth: '42' }, extra_info: {} };

function groupCase(name: string, expected: number | null, texts: readonly string[], index: number): RewardCase {
  const completions = texts.map((text) => ({ text, tokens: 1 }));
  const known = { name: null, function: name, expected, tolerance: 1e-6, row: ROW, prompt: 'p', step: 3 };
  return { ...known, completions, index, isGroup: true, from: null };
}

test('cases of rewards in Python are judged by the files as they are now', HANG_LIMIT, async (t) => {
  const folder = temporaryFolder();
  const rewardFile = join(folder, 'reward.py');
  const file = casesFileOf(rewardFile);
  writeFileSync(rewardFile, REWARD);
  writeFileSync(join(folder, 'numbers_in.py'), HELPER);
  const one = { ...groupCase('compute_score', 0.25, ['so 41'], 0), isGroup: false };
  const pinned = [
    groupCase('correct', 1, ['it is 41', 'it is 42'], 1),
    groupCase('correct', 1, ['it is 41', 'it is 42'], 0),
    groupCase('applies', null, ['a', ''], 1),
    groupCase('broken', 0, ['a'], 0),
    one,
    groupCase('absent', 0, ['a'], 0),
  ];
  writeFileSync(file, withCases(EMPTY_CASES_TEXT, file, pinned).text);
  const { engines } = openWindow(t, makeSessionsFolder());
  const score = linkScore((question) => engines.questions.score(question));
  const cases = parseRewardCases(readFileSync(file, 'utf8'), file);
  const verdicts = async (): Promise<CaseVerdict[]> =>
    (await judgeCases(file, cases, { folders: [folder], score })).map(({ verdict }) => verdict);
  const messageOf = (verdict: CaseVerdict | undefined): string => (verdict?.outcome === 'error' ? verdict.message : '');

  await t.test('each by its own function, in a group where it judges groups', async () => {
    const [right, wrong, empty, broken, verl, absent, ...more] = await verdicts();
    assert.deepEqual(more, []);
    assert.deepEqual(right, { outcome: 'passed', value: 1 });
    assert.deepEqual(wrong, { outcome: 'failed', value: 0 });
    assert.deepEqual(empty, { outcome: 'passed', value: null });
    assert.match(messageOf(broken), /^reward\.py:13:\d+: ValueError: on purpose$/);
    assert.deepEqual(verl, { outcome: 'passed', value: 0.25 });
    assert.match(messageOf(absent), /"absent"/);
  });

  await t.test('an edit of a module that it imports says something else, and a start is told of it', async () => {
    writeFileSync(join(folder, 'numbers_in.py'), HELPER.replace('words[-1]', '"41"'));
    const [right] = await verdicts();
    assert.deepEqual(right, { outcome: 'failed', value: 0 });
    const config = rewardConfigSchema.parse({ file: 'reward.py', function: 'correct', per: 'group' });
    const experiment = { path: join(folder, 'sums.rlvr.json'), rewards: [config] };
    const [trouble] = await troubledCases(experiment, folder, score);
    assert.match(trouble ? describeTrouble(trouble) : '', /of 6 pinned cases of reward\.py failed/);
  });

  await t.test('text that does not parse is the error of each case, with its line', async () => {
    writeFileSync(rewardFile, REWARD.replace('raise ValueError(', 'raise ValueError ValueError('));
    const present = (await verdicts()).slice(0, -1);
    for (const verdict of present) assert.match(messageOf(verdict), /reward\.py:13:\d+/);
  });

  assert.equal(callOfCase(file, one, [folder]).rewardFile, rewardFile);
});
