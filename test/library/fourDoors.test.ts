/** Promise: every function of the library has the same scores in training, live, by `rlvr score` and in the Testing view. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { basename, join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { z } from 'zod';
import { casesFileOf } from '../../src/engine/cases/caseFiles.ts';
import { builtinRewardNames, builtinRewards } from '../../src/engine/protocol/builtinRewards.ts';
import type { RewardResult } from '../../src/engine/protocol/completion.ts';
import { rewardConfigSchema, type ExperimentInput, type RewardConfig } from '../../src/engine/protocol/experiment.ts';
import { CASES_VERSION, parseRewardCases, writtenCase } from '../../src/engine/protocol/rewardCases.ts';
import { builtins } from '../../src/engine/reward/builtins.ts';
import type { StoredGroup, UnsavedFile } from '../../src/engine/protocol/scoring.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { readStoredGroups, sampleGroups, type StoredCompletion } from '../../src/engine/run/storedGroups.ts';
import { findRewardFunctions } from '../../src/engine/source/rewardFunctions.ts';
import { judgeCases } from '../../src/extension/cases/fileCases.ts';
import { linkScore } from '../../src/extension/cases/linkScore.ts';
import { caseOf } from '../../src/extension/cases/pinTarget.ts';
import { caseMethods } from '../../src/extension/data/caseMethods.ts';
import { Readers } from '../../src/extension/data/readers.ts';
import type { Scores } from '../../src/extension/engine/engineQuestions.ts';
import { jsonLines, rlvr } from '../cli/rlvr.ts';
import { HANG_LIMIT, makeProject, train } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';
import { writeCompletions, writtenRows } from './writtenCompletions.ts';

const library = resolve(import.meta.dirname, '../../src/library/rewards');

/** Beside the library's own, which runs Python alone. */
const JAVASCRIPT = `import { runTests, type Reward } from 'rlvr';
export const javascript: Reward = async ({ completion }) => {
  const [, code] = /\`\`\`js\\n(.*?)\\n\`\`\`/s.exec(completion) ?? [];
  if (code === undefined) return null;
  const tests = 'if (strlen("abc") !== 3) throw new Error("wrong");';
  return (await runTests({ language: 'javascript', code, tests })).passed ? 1 : 0;
};
`;

/** Of a judge: the grade of an answer is its length, so that no two doors agree by chance. */
const judge = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
  request.on('end', () => {
    const content = `Grade: ${(body.length % 90) / 10}`;
    response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content } }] }));
  });
});
await new Promise<void>((ready) => judge.listen(0, '127.0.0.1', ready));
after(() => judge.close());
const address = judge.address();
const baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;

/** Every function of a folder with reward files, under a name of its own. @param folder within `project` */
function rewardsIn(project: string, folder: string): NonNullable<ExperimentInput['rewards']> {
  return readdirSync(join(project, folder)).flatMap((file) => {
    const path = join(project, folder, file);
    const found = findRewardFunctions(path, readFileSync(path, 'utf8'), []);
    assert.ok(found.length > 0, `${file} has no reward function`);
    return found.map(({ name, per }) => ({
      name: `${basename(file, '.ts')}.${name}`,
      file: `${folder}/${file}`,
      function: name,
      per,
      // Completions wait for the cores that others run their tests on.
      timeout: 200,
      options: { baseUrl, model: 'm' },
    }));
  });
}

const builtIn = builtinRewardNames.map((name) => {
  const { required } = builtinRewards[name];
  return { name: `built-in ${name}`, function: name, options: { ...required } };
});

/** A value, or why there is none. */
type Said = number | null | string;

function said(result: RewardResult | undefined): Said {
  if (result === undefined) return 'nothing';
  return 'error' in result ? `error: ${result.error.message}` : result.value;
}

/** Completions of the run in one order, with what training has recorded. */
interface Stored {
  readonly groups: readonly StoredGroup[];
  readonly completions: readonly { readonly of: StoredGroup; readonly stored: StoredCompletion }[];
}

function readStored(runDir: string): Stored {
  const reader = RunReader.open(runDir);
  try {
    const groups = [
      ...sampleGroups(reader, { purpose: 'rollout', split: 'train' }, Infinity),
      ...sampleGroups(reader, { purpose: 'evaluation', split: 'validation' }, Infinity),
    ];
    const completions = readStoredGroups(reader, groups).flatMap(({ asked, completions: own }) =>
      own.map((stored) => ({ of: groups[asked] ?? assert.fail(), stored })),
    );
    return { groups, completions };
  } finally {
    reader.close();
  }
}

/** What the engine's link has answered about one reward. */
function saidBy({ byReward, errors, rewards }: Scores, name: string): Said[] {
  const messages = new Map(
    errors.flatMap((one) => (one.reward === name ? [[one.completion, one.message] as const] : [])),
  );
  return Array.from(byReward[rewards.indexOf(name)] ?? [], (value, index) => {
    const message = messages.get(index);
    if (message !== undefined) return `error: ${message}`;
    return Number.isNaN(value) ? null : value;
  });
}

const scored = z.object({
  event: z.literal('completion'),
  now: z.object({
    rewards: z.record(
      z.string(),
      z.object({
        value: z.number().nullable().exactOptional(),
        error: z.object({ message: z.string() }).exactOptional(),
      }),
    ),
  }),
});

test('all doors say the same', HANG_LIMIT, async (t) => {
  const project = await makeProject('gpt2');
  const { folder } = project;
  cpSync(library, join(folder, 'rewards'), { recursive: true });
  writeFileSync(join(folder, 'rewards', 'javascript.ts'), JAVASCRIPT);
  const problems = readFileSync(join(import.meta.dirname, '../fixtures/humaneval/problems.jsonl'), 'utf8').split('\n');
  const strlen = z.object({ entry_point: z.literal('strlen'), test: z.string() });
  const tests = strlen.parse(JSON.parse(problems.find((line) => line.includes('"strlen"')) ?? 'null')).test;
  const rows = writtenRows(tests);
  writeFileSync(join(folder, 'train.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

  writeCompletions();
  const { dir: runDir } = await train(project, {
    rewards: [...rewardsIn(folder, 'rewards'), ...builtIn],
    dataset: { source: 'train.jsonl', prompt: '{question}', validation: { part: 'validation' } },
    training: { steps: 1, problemsPerStep: 4 },
    evaluation: { every: 0, samples: 4, sampling: { temperature: 1 } },
    threads: 1,
  });
  const { groups, completions } = readStored(runDir);
  const reader = RunReader.open(runDir);
  const rewards = reader.experiment().rewards;
  reader.close();
  const nameOf = ({ name = '' }: RewardConfig): string => name;
  const recorded = new Map(
    rewards.map((reward) => [nameOf(reward), completions.map(({ stored }) => said(stored.rewards[nameOf(reward)]))]),
  );
  const files = [...new Set(rewards.flatMap(({ file }) => file ?? []))];
  const { engines } = openWindow(t, makeSessionsFolder());

  await t.test('training: every function tells completions apart', () => {
    assert.equal(completions.length, 4 * 4 + 2 * 4, 'trained on, and evaluated before and after');
    assert.deepEqual(files.map((file) => basename(file)).sort(), [...readdirSync(library), 'javascript.ts'].sort());
    for (const [name, values] of recorded)
      assert.ok(
        new Set(values.filter((value) => typeof value === 'number')).size > 1,
        `write completions in writtenCompletions.ts that ${name} scores differently: ${JSON.stringify(values)}`,
      );
  });

  await t.test('the Testing view', async () => {
    const readers = new Readers();
    const inputs = completions.map(({ of, stored: { key } }) => {
      const input = caseMethods.storedInput(readers, { dir: runDir, purpose: of.purpose, split: of.split, key });
      return { key, input: input ?? assert.fail() };
    });
    const score = linkScore((question) => engines.questions.score(question));
    for (const file of files) {
      const own = rewards.filter((reward) => reward.file === file);
      const casesFile = casesFileOf(join(folder, file));
      const cases = own.flatMap((config) =>
        inputs.map(({ key, input }) => writtenCase(caseOf({ runDir, key }, input, { config, expected: 0 }))),
      );
      writeFileSync(casesFile, JSON.stringify({ version: CASES_VERSION, cases }));
      const parsed = parseRewardCases(readFileSync(casesFile, 'utf8'), casesFile);
      const judged = await judgeCases(casesFile, parsed, { folders: [folder], score });
      for (const [at, reward] of own.entries()) {
        const verdicts = judged.slice(at * inputs.length, (at + 1) * inputs.length);
        assert.deepEqual(
          verdicts.map(({ verdict }) => (verdict.outcome === 'error' ? `error: ${verdict.message}` : verdict.value)),
          recorded.get(nameOf(reward)),
          nameOf(reward),
        );
      }
    }
  });

  await t.test('rlvr score', async () => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    for (const split of ['train', 'validation']) {
      const { code, stdout, stderr } = await rlvr(['score', runDir, '--split', split, '--json'], folder);
      assert.equal(code, 0, stderr);
      lines.push(...jsonLines(stdout).filter(({ event }) => event === 'completion'));
    }
    for (const [name, values] of recorded)
      assert.deepEqual(
        lines.map((line) => {
          const { value, error } = scored.parse(line).now.rewards[name] ?? {};
          return error === undefined ? value : `error: ${error.message}`;
        }),
        values,
        name,
      );
  });

  await t.test('live: what is typed, file by file, while the disk has something else', async () => {
    const unsaved = files.map((file): UnsavedFile => {
      const path = join(folder, file);
      return { path, text: readFileSync(path, 'utf8') };
    });
    // A judge is asked nothing new at a keystroke: what the Testing view has asked is known.
    for (const { path } of unsaved) writeFileSync(path, 'export const nothing = () => NaN;\n');
    const of = { kind: 'stored' as const, runDir, groups: [...groups] };
    for (const { path, text } of unsaved) {
      const own = rewards.filter(({ file }) => file !== undefined && join(folder, file) === path);
      const question = { rewards: own, baseDir: folder, unsaved, live: true, of, trace: { file: path, watch: 0 } };
      const scores = await engines.questions.score(question);
      assert.equal(scores.trace === null, false, `${text.slice(0, 40)} is told about`);
      for (const reward of own) assert.deepEqual(saidBy(scores, nameOf(reward)), recorded.get(nameOf(reward)), path);
    }
    const own = rewards.filter(({ file }) => file === undefined);
    const scores = await engines.questions.score({ rewards: own, baseDir: folder, unsaved, live: true, of });
    for (const reward of own) assert.deepEqual(saidBy(scores, nameOf(reward)), recorded.get(nameOf(reward)));
  });
});

test('the list of built-in rewards is complete', () => {
  assert.deepEqual(
    builtIn.map((reward) => rewardConfigSchema.parse(reward).function),
    [...builtins.keys()],
  );
});
