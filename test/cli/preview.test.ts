import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { temporaryFolder } from '../run/samples.ts';
import { preview } from '../../src/engine/cli/preview.ts';
import { UsageError, UserError } from '../../src/engine/protocol/errors.ts';
import { jsonLines, rlvr, type Result } from './rlvr.ts';

const repository = resolve(import.meta.dirname, '../..');
const demoModel = join(repository, 'examples/demo/model');

const lengths = z.object({ part: z.string(), problems: z.number(), longest: z.number(), tooLong: z.number() });
const summary = z.object({
  event: z.literal('preview'),
  contextLength: z.number(),
  examples: z.object({ from: z.string(), count: z.number() }),
  parts: z.array(lengths),
  warnings: z.array(z.string()),
});
const shownPrompt = z.object({
  event: z.literal('prompt'),
  part: z.string(),
  text: z.string(),
  tokens: z.number(),
  special: z.array(z.tuple([z.number(), z.number()])),
});

interface Project {
  /** Adds to the dataset. */
  readonly dataset?: Readonly<Record<string, unknown>>;
  /** In place of the dataset. */
  readonly tasks?: Readonly<Record<string, unknown>>;
  /** Puts a chat template beside the model. */
  readonly template?: string;
}

/** A folder with an experiment, ten problems, and a model of the demo's vocabulary with a longer context. */
function project({ dataset = {}, tasks, template }: Project = {}): string {
  const folder = temporaryFolder();
  cpSync(demoModel, join(folder, 'model'), { recursive: true });
  const config = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(readFileSync(join(demoModel, 'config.json'), 'utf8')));
  writeFileSync(join(folder, 'model/config.json'), JSON.stringify({ ...config, n_positions: 512 }));
  if (template !== undefined) writeFileSync(join(folder, 'model/chat_template.jinja'), template);
  const rows = Array.from({ length: 10 }, (_, index) => ({
    question: `Ivy has ${index} maps. How many?`,
    answer: `She has ${index}.\n#### ${index}`,
  }));
  writeFileSync(join(folder, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const experiment = {
    model: 'model',
    ...(tasks === undefined ? { dataset: { source: 'rows.jsonl', validation: 2, ...dataset } } : { tasks }),
    rewards: [{ function: 'gsm8k' }],
    rollout: { maxCompletionLength: 32 },
  };
  writeFileSync(join(folder, 'x.rlvr.json'), JSON.stringify(experiment));
  return folder;
}

/** The command in this process, which is quicker than one of its own; what it throws is told as its door tells it. */
async function run(args: readonly string[], cwd: string): Promise<Result> {
  let stdout = '';
  const out = { write: (text: string) => (stdout += text) };
  try {
    const { signal } = new AbortController();
    const code = await preview.run(args, { stdout: out, stderr: out, signal, env: {}, cwd });
    return { code, stdout, stderr: '' };
  } catch (error) {
    if (error instanceof UsageError) return { code: 2, stdout, stderr: error.message };
    if (error instanceof UserError) return { code: 1, stdout, stderr: error.message };
    throw error;
  }
}

test('the first prompt of each part, its budget, the lengths and where the examples come from', async () => {
  const { code, stdout } = await rlvr(['preview', 'x.rlvr.json'], project({ dataset: { fewShot: 2 } }));
  assert.equal(code, 0, stdout);
  assert.match(
    stdout,
    /^Prompts of x\.rlvr\.json\n\ntokens +problems +shortest +median +90 % +99 % +longest\ntrain +6 /,
  );
  assert.match(stdout, /context holds 512 tokens\. A completion may have 32, which leaves 480 for a prompt\./);
  assert.match(
    stdout,
    /2 worked examples, drawn from the training part by seed 0 \(rows \d, \d of rows\.jsonl\) and not trained on\./,
  );
  assert.match(
    stdout,
    /── train, problem 1 of 6 ─+\nrows\.jsonl, row \d \(line \d+\); \d+ tokens; with a whole completion \d+ of 512\n/,
  );
  assert.match(stdout, /── validation, problem 1 of 2 /);
  assert.equal(stdout.match(/#### \d\n/g)?.length, 4, 'two examples in each prompt');
  assert.match(stdout, /── the completion begins behind "[^"]*\\n" ─+\n$/);
});

test('as objects: one row, with the special tokens in their places', async () => {
  const chat = { chat: true, system: 'Be brief.', format: 'boxed', fewShot: 1, validation: 2 };
  const template = "{% for m in messages %}{{ m.role + ': ' + m.content + eos_token }}{% endfor %}";
  const folder = project({ dataset: chat, template });
  const { stdout } = await run(['x.rlvr.json', '--row', '3', '--json', '--set', 'seed=1'], folder);
  const [first, second, ...more] = jsonLines(stdout);
  assert.deepEqual(more, []);
  const { examples, parts, warnings } = summary.parse(first);
  assert.deepEqual(examples, { ...examples, from: 'drawn', count: 1 });
  assert.deepEqual(
    parts.map(({ part, problems }) => [part, problems]),
    [
      ['train', 7],
      ['validation', 2],
    ],
  );
  assert.match(warnings[0] ?? '', /dataset\.format `boxed` asks for answers like .* "gsm8k" with the rule `openai`/);
  const { text, special } = shownPrompt.parse(second);
  assert.match(
    text,
    /^system: Be brief\.\n\nReason step by step, then give the answer in \\boxed\{\}\.<\|end\|>user: /,
  );
  assert.match(text, /assistant: She has \d\.\n\\boxed\{\d\}<\|end\|>user: Ivy has 3 maps\. How many\?<\|end\|>$/);
  assert.deepEqual(
    special.map(([offset, length]) => text.slice(offset, offset + length)),
    Array.from({ length: 4 }, () => '<|end|>'),
  );
});

test('several tasks one after another, each with its own prompt and examples; --task shows one', async () => {
  const source = 'rows.jsonl';
  const maps = { dataset: { source, validation: 2, prompt: 'Maps: {question}\n', fewShot: 1 } };
  const folder = project({
    tasks: { maps, count: { dataset: { source, validation: 1, filter: { maxPromptTokens: 5 } } } },
  });
  const { code, stdout } = await run(['x.rlvr.json'], folder);
  assert.equal(code, 0, stdout);
  const [first = '', second = ''] = stdout.split('\n\nPrompts of');
  assert.match(
    first,
    /^Prompts of x\.rlvr\.json, task maps\n[^]*1 worked example, [^]*── maps, train, problem 1 of 7 [^]*Maps: Ivy has/,
  );
  assert.match(second, /^ x\.rlvr\.json, task count\n[^]*longer than tasks\.count\.dataset\.filter\.maxPromptTokens/);
  assert.doesNotMatch(second, /Maps:/);

  const one = await run(['x.rlvr.json', '--task', 'count', '--row', '3', '--json'], folder);
  assert.deepEqual(
    jsonLines(one.stdout).map((line) => [line['event'], line['task']]),
    [
      ['preview', 'count'],
      ['prompt', 'count'],
    ],
  );
  assert.match(
    (await run(['x.rlvr.json', '--row', '3'], folder)).stderr,
    /several tasks: name one with --task \(maps, count\)/,
  );
  assert.match((await run(['x.rlvr.json', '--task', 'coutn'], folder)).stderr, /no task "coutn"; did you mean "count"/);
  assert.match((await run(['x.rlvr.json', '--task', 'maps'], project())).stderr, /has one dataset: leave it out/);
  const written = await run(['x.rlvr.json', '--task', 'maps', '--write-examples', 'e.jsonl'], folder);
  assert.equal(written.stdout, 'Wrote 1 worked examples to e.jsonl\n');
  assert.match(
    (await run(['x.rlvr.json', '--task', 'count', '--write-examples', 'f.jsonl'], folder)).stderr,
    /Set tasks\.count\.dataset\.fewShot to a number/,
  );
});

test('prompts that do not fit are counted, and the exit code says so', async () => {
  const folder = project();
  const { code, stdout } = await run(['x.rlvr.json', '--set', 'rollout.maxCompletionLength=505'], folder);
  assert.equal(code, 1);
  assert.match(stdout, /train: 8 of 8 do not fit, and a run would not start\..*dataset\.filter\.maxPromptTokens to 7/);
  assert.match(stdout, /TOO LONG/);
  const left = await run(['x.rlvr.json', '--set', 'dataset.filter.maxPromptTokens=5'], folder);
  assert.match(left.stdout, /train: 8 of 8 are left out as longer than/);
});

test('characters without a token, and a prompt that ends in a space, are warned of', async () => {
  const { stdout } = await run(['x.rlvr.json', '--set', 'dataset.prompt="Ω {question} "'], project());
  assert.match(stdout, /Warning: The model's vocabulary has no token for "Ω"/);
  assert.match(stdout, /Warning: The prompt ends in a space\./);
});

test('worked examples become a file, which an experiment names in their place', async () => {
  const folder = project({ dataset: { fewShot: 2 } });
  const before = await run(['x.rlvr.json', '--row', '5', '--json'], folder);
  const written = await run(['x.rlvr.json', '--write-examples', 'mine.jsonl'], folder);
  assert.equal(written.stdout, 'Wrote 2 worked examples to mine.jsonl\n');
  const after = await run(['x.rlvr.json', '--row', '5', '--json', '--set', 'dataset.fewShot=mine.jsonl'], folder);
  assert.deepEqual(jsonLines(after.stdout)[1], jsonLines(before.stdout)[1]);
  const { examples, parts, warnings } = summary.parse(jsonLines(after.stdout)[0]);
  assert.deepEqual([examples.from, parts[0]?.problems], ['file', 6]);
  assert.match(warnings[0] ?? '', /^2 of 8 train problems ask what a worked example answers/);
  const again = await run(['x.rlvr.json', '--write-examples', 'mine.jsonl'], folder);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /mine\.jsonl cannot be written/);
});

test('what is wrong is said in one sentence, with what to do', async () => {
  const folder = project();
  for (const [setting, message] of [
    [
      'dataset.prompt={qestion}',
      /row \d \(line \d+\): dataset\.prompt names the column \{qestion\}, and the row has question, answer\. Did you mean \{question\}\?/,
    ],
    ['dataset.chat=true', /The model has no chat template .* Turn "chat" off/],
    ['dataset.fewShot=cot-8', /there is no set of examples "cot-8".*rlvr-cot-8, rlvr-cot-5/],
    ['dataset.fewShot=nowhere.jsonl', /nowhere\.jsonl cannot be read/],
    ['model=nowhere', /There is no model folder/],
  ] as const) {
    const { code, stderr } = await run(['x.rlvr.json', '--set', setting], folder);
    assert.equal(code, 1, setting);
    assert.match(stderr, message);
  }
  const refusing = project({
    dataset: { chat: true, system: 'x' },
    template: "{% if messages[0].role == 'system' %}{{ raise_exception('No system') }}{% endif %}x",
  });
  assert.match(
    (await run(['x.rlvr.json'], refusing)).stderr,
    /dataset\.system: .*refuses a system message: .*No system.*Remove dataset\.system/,
  );
  for (const args of [
    ['--row', '-1'],
    ['--row', '1', '--count', '2'],
    ['--count', '0'],
  ])
    assert.equal((await run(['x.rlvr.json', ...args], folder)).code, 2, args.join(' '));
  assert.match((await run(['x.rlvr.json', '--row', '99'], folder)).stderr, /No part has a row 99/);
});
