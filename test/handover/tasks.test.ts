/** Experiments of several tasks, written for TRL and verl: each problem with its task, and only the rewards that apply to it. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parquetReadObjects } from 'hyparquet';
import { z } from 'zod';
import { writeProject } from '../../src/engine/handover/writeProject.ts';
import { parseExperiment } from '../../src/engine/protocol/experimentFile.ts';
import type { Remark, Trainer } from '../../src/engine/protocol/handover.ts';
import { temporaryFolder } from '../run/samples.ts';
import { pythonWith, runPython } from '../support/python.ts';
import { makeProject, reward } from '../support/trainingProject.ts';

const door = fileURLToPath(new URL('../../src/engine/cli.ts', import.meta.url));
const RLVR = `"${process.execPath}" --disable-warning=ExperimentalWarning "${door}"`;
const { python, skip } = pythonWith();

let path = '';
before(async () => {
  const { folder } = await makeProject('gpt2');
  writeFileSync(
    join(folder, 'odd.jsonl'),
    [1, 2, 3, 4].map((n) => `{"question":"Odd ${n}?","answer":"${n}"}\n`).join(''),
  );
  mkdirSync(join(folder, 'python'));
  writeFileSync(
    join(folder, 'python/lists.py'),
    'def lengths(completions, question, **columns):\n    assert "Odd" in question[0]\n    return [float(len(text)) for text in completions]\n',
  );
  path = join(folder, 'two.rlvr.json');
  const tasks = {
    eggs: { dataset: { source: 'train.jsonl', validation: 2 }, rewards: ['digits'] },
    odd: { weight: 2, dataset: { source: 'odd.jsonl', validation: 1 }, rewards: ['finalNumber', 'lengths'] },
  };
  const rewards = [
    reward('digits'),
    { function: 'finalNumber' },
    { file: 'python/lists.py', function: 'lengths', weight: 0.5 },
  ];
  const rollout = { groupSize: 2, maxCompletionLength: 8 };
  writeFileSync(path, JSON.stringify({ model: 'model', tasks, rewards, rollout }));
});

async function written(trainer: Trainer): Promise<{ readonly dir: string; readonly remarks: readonly Remark[] }> {
  const dir = join(temporaryFolder(), trainer);
  const experiment = parseExperiment(readFileSync(path, 'utf8'), path);
  const { remarks } = await writeProject({ experiment, experimentPath: path, title: 'two', trainer, outDir: dir });
  return { dir, remarks };
}

async function rows(file: string): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: Uint8Array.from(readFileSync(file)).buffer });
}

test('a problem has its task, and the training data the weights', async () => {
  const { dir, remarks } = await written('trl');
  const train = await rows(join(dir, 'train.parquet'));
  const count = (task: string): number => train.filter(({ rlvr_task: own }) => own === task).length;
  assert.deepEqual([count('eggs'), count('odd')], [10, 20]);
  assert.equal((await rows(join(dir, 'validation.parquet'))).length, 3, 'what is measured on stands there once');
  const named = z.array(z.object({ name: z.string(), tasks: z.array(z.string()) }));
  assert.deepEqual(
    named.parse(JSON.parse(readFileSync(join(dir, 'rewards.json'), 'utf8'))).map(({ name, tasks }) => [name, ...tasks]),
    [
      ['digits', 'eggs'],
      ['finalNumber', 'odd'],
      ['lengths', 'odd'],
    ],
  );
  assert.ok(remarks.some(({ key, kind }) => key === 'tasks' && kind === 'different'));
});

const AS_TRL = `
import json, sys
sys.path.insert(0, sys.argv[1])
import rlvr_rewards
rows = json.load(sys.stdin)
columns = {name: [row[name] for row in rows] for name in ("rlvr_row", "rlvr_prompt", "rlvr_task")}
print(json.dumps([function(prompts=columns["rlvr_prompt"], completions=["#### 4"] * len(rows), **columns) for function in rlvr_rewards.trl_rewards()]))
`;
const GROUPS = `
import json, sys
sys.path.insert(0, sys.argv[1])
import rlvr_rewards
rows = json.load(sys.stdin)
columns = {name: [row[name] for row in rows] for name in ("rlvr_row", "rlvr_prompt", "rlvr_task", "rlvr_copy")}
rlvr_rewards.values_of = lambda reward, groups: [len(group["completions"]) for group in groups for _ in group["completions"]]
print(json.dumps(rlvr_rewards.trl_rewards()[0](prompts=columns["rlvr_prompt"], completions=[""] * len(rows), **columns)))
`;
const AS_VERL = `
import json, sys
sys.path.insert(0, sys.argv[1])
import rlvr_rewards
print(json.dumps([
    [row["data_source"], rlvr_rewards.compute_score(row["data_source"], "#### 4", row["reward_model"]["ground_truth"], row["extra_info"])]
    for row in json.load(sys.stdin)]).replace("NaN", "null"))
`;

test("TRL's functions say nothing of problems that they are not for", { skip }, async () => {
  const { dir } = await written('trl');
  const parts = await rows(join(dir, 'validation.parquet'));
  assert.deepEqual(
    parts.map(({ rlvr_task: task }) => task),
    ['eggs', 'eggs', 'odd'],
  );
  const found = z
    .array(z.array(z.number().nullable()))
    .parse(runPython(python, AS_TRL, [dir], { input: JSON.stringify(parts), env: { RLVR } }));
  assert.deepEqual(
    found.map((values) => values.map((value) => value !== null)),
    [
      [true, true, false],
      [false, false, true],
      [false, false, true],
    ],
  );
  assert.equal(found[2]?.[2], 6);
});

test('copies of a problem that stand side by side are groups of their own, and so are tasks', { skip }, async () => {
  const { dir } = await written('trl');
  const [first = assert.fail(), again = assert.fail()] = (await rows(join(dir, 'train.parquet'))).filter(
    ({ rlvr_row: row }, _, all) => row === all.at(-1)?.['rlvr_row'],
  );
  assert.equal(first['rlvr_prompt'], again['rlvr_prompt']);
  const drawn = [first, first, again, again, { ...again, rlvr_task: 'eggs' }];
  const sizes = runPython(python, GROUPS, [dir], { input: JSON.stringify(drawn), env: { RLVR } });
  assert.deepEqual(sizes, [2, 2, 2, 2, 1]);
});

test("verl's function sums what applies, and reports by task", { skip }, async () => {
  const { dir } = await written('verl');
  const parts = await rows(join(dir, 'validation.parquet'));
  const score = z.record(z.string(), z.number().nullable());
  const found = z
    .array(z.tuple([z.string(), score]))
    .parse(runPython(python, AS_VERL, [dir], { input: JSON.stringify(parts), env: { RLVR } }));
  assert.deepEqual(
    found.map(([source, { rlvr_digits: digits, rlvr_finalNumber: number, rlvr_lengths: lengths }]) => [
      source,
      ...[digits, number, lengths].map((value) => value !== null),
    ]),
    [
      ['eggs', true, false, false],
      ['eggs', true, false, false],
      ['odd', false, true, true],
    ],
  );
  const [, odd] = found[2] ?? assert.fail();
  assert.equal(odd['score'], (odd['rlvr_finalNumber'] ?? 0) + 0.5 * 6);
});
