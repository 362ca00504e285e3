import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parquetReadObjects } from 'hyparquet';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { exportCompletions, exportMetrics } from '../../src/engine/run/export.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, experiment, manifest, problem, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

const first = completion(1, 0, 0, {
  text: 'two\nlines, "quoted"',
  tokens: Int32Array.of(5, 6),
  logprobs: Float32Array.of(-0.1, -1 / 3),
  sampledLogprobs: Float32Array.of(-0.1, -0.5),
  entropies: Float32Array.of(0.25, 2 / 3),
  tokenEnds: Int32Array.of(3, 19),
});

function sampleRun(folder: string, reversed: boolean): RunReader {
  const writer = RunWriter.create(
    join(folder, reversed ? '20260101-120000-zzzz' : RUN_ID),
    { ...manifest, id: reversed ? 'other' : RUN_ID },
    experiment,
  );
  const completions = [first, completion(1, 0, 1)];
  const metrics = { reward: 0.5, loss: -0.25, 'time/train_s': 1 };
  const backwards = Object.fromEntries(Object.entries(metrics).reverse());
  writer.writeStep({
    ...stepRecord(1),
    metrics: reversed ? backwards : metrics,
    problems: [problem(0)],
    completions: reversed ? completions.reverse() : completions,
  });
  writer.writeStep({ ...stepRecord(2), metrics: { loss: 1e-7 }, problems: [], completions: [] });
  writer.close();
  return RunReader.open(writer.dir);
}

function exported(reader: RunReader, write: (reader: RunReader, file: string) => void, extension: string): string {
  const file = `${reader.dir}${extension}`;
  write(reader, file);
  return readFileSync(file, 'utf8');
}

test('metrics are one flat object per step', (t) => {
  const reader = sampleRun(temporaryFolder(), false);
  t.after(() => reader.close());
  assert.equal(
    exported(reader, exportMetrics, '.jsonl'),
    '{"step":1,"loss":-0.25,"reward":0.5,"time/train_s":1}\n{"step":2,"loss":1e-7}\n',
  );
  assert.equal(exported(reader, exportMetrics, '.csv'), 'step,loss,reward,time/train_s\n1,-0.25,0.5,1\n2,1e-7,,\n');
});

test('completions are one flat object each, their numbers as short as they can be', (t) => {
  const reader = sampleRun(temporaryFolder(), false);
  t.after(() => reader.close());
  const lines = exported(reader, exportCompletions, '.jsonl').trimEnd().split('\n');
  assert.equal(lines.length, 2);
  assert.equal(
    lines[0],
    '{"step":1,"purpose":"rollout","split":"train","problem":0,"occurrence":0,"round":0,"sample":0,"prompt":"What is 0 + 0?\\n",' +
      '"completion":"two\\nlines, \\"quoted\\"","stop_reason":"length","reward":0,"advantage":-0.5,"rewards/correct":0,"rewards/format":null,' +
      '"tokens":[5,6],"logprobs":[-0.100000001,-0.333333343],"sampled_logprobs":[-0.100000001,-0.5],' +
      '"entropies":[0.25,0.666666687],"token_ends":[3,19]}',
  );
  const [header = '', row = ''] = exported(reader, exportCompletions, '.csv').split(/\n(?=1,)/);
  assert.equal(
    header,
    'step,purpose,split,problem,occurrence,round,sample,prompt,completion,stop_reason,reward,advantage,rewards/correct,rewards/format,' +
      'errors/correct,errors/format,tokens,logprobs,sampled_logprobs,entropies,token_ends',
  );
  assert.ok(
    row.startsWith('1,rollout,train,0,0,0,0,"What is 0 + 0?\n","two\nlines, ""quoted""",length,0,-0.5,0,,,,"[5,6]",'),
    row,
  );
});

test('Parquet has the same rows, its lists as lists', async (t) => {
  const reader = sampleRun(temporaryFolder(), false);
  t.after(() => reader.close());
  const rows = async (write: typeof exportMetrics): Promise<unknown> => {
    const file = `${reader.dir}.parquet`;
    write(reader, file);
    return parquetReadObjects({ file: Uint8Array.from(readFileSync(file)).buffer });
  };
  assert.deepEqual(await rows(exportMetrics), [
    { step: 1, loss: -0.25, reward: 0.5, 'time/train_s': 1 },
    { step: 2, loss: 1e-7, reward: null, 'time/train_s': null },
  ]);
  const completions = await rows(exportCompletions);
  assert.ok(Array.isArray(completions));
  assert.partialDeepStrictEqual(completions[0], {
    step: 1,
    prompt: 'What is 0 + 0?\n',
    completion: first.text,
    'rewards/correct': 0,
    'rewards/format': null,
    tokens: [5, 6],
    logprobs: Array.from(first.logprobs),
    token_ends: [3, 19],
  });
  assert.equal(completions.length, 2);
});

test('nine digits bring every float back', () => {
  for (let i = 0; i < 1000; i++) {
    const value = Math.fround(-Math.exp(i / 50 - 12));
    assert.equal(Math.fround(Number(value.toPrecision(9))), value);
  }
});

test('errors are beside the rewards, by name', (t) => {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
  writer.writeStep(stepRecord(5));
  writer.close();
  const reader = RunReader.open(writer.dir);
  t.after(() => reader.close());
  const row: unknown = JSON.parse(exported(reader, exportCompletions, '.jsonl').split('\n')[0] ?? '');
  assert.ok(typeof row === 'object' && row !== null && !('rewards/format' in row) && 'errors/format' in row);
  assert.equal(row['errors/format'], 'timeout: format.ts:3 took longer than 2 s');
});

test('equal runs export to equal bytes, whatever their ids and the order of writing', (t) => {
  const folder = temporaryFolder();
  const [one, other] = [sampleRun(folder, false), sampleRun(folder, true)];
  t.after(() => [one, other].forEach((reader) => reader.close()));
  for (const write of [exportMetrics, exportCompletions]) {
    for (const extension of ['.jsonl', '.csv'])
      assert.equal(exported(other, write, extension), exported(one, write, extension));
  }
});

test('a wrong name or place is refused before anything is written', (t) => {
  const folder = temporaryFolder();
  const reader = sampleRun(folder, false);
  t.after(() => reader.close());
  for (const file of [join(folder, 'metrics.xlsx'), join(folder, 'nowhere', 'metrics.jsonl')]) {
    assert.throws(() => exportMetrics(reader, file), UserError);
    assert.ok(!existsSync(file));
  }
});

test('what a reward took for the answer is beside its value, and is no column of a run without any', async (t) => {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
  const extracted = ['7 "apples"', null, undefined];
  const completions = extracted.map((answer, sample) =>
    completion(1, 0, sample, {
      rewards: { correct: { value: 0, ...(answer === undefined ? {} : { extracted: answer }) } },
    }),
  );
  writer.writeStep({ step: 1, metrics: {}, problems: [problem(0)], completions, evaluation: null, state: null });
  writer.close();
  const reader = RunReader.open(writer.dir);
  t.after(() => reader.close());
  const lines = exported(reader, exportCompletions, '.jsonl').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => /"extracted\/correct":(.*?),"tokens"/.exec(line)?.[1]),
    [String.raw`"7 \"apples\""`, 'null', undefined],
  );
  assert.match(
    exported(reader, exportCompletions, '.csv'),
    /,rewards\/correct,errors\/correct,extracted\/correct,tokens,/,
  );
  exportCompletions(reader, `${reader.dir}.parquet`);
  const rows = await parquetReadObjects({ file: Uint8Array.from(readFileSync(`${reader.dir}.parquet`)).buffer });
  assert.partialDeepStrictEqual(rows, [
    { 'extracted/correct': '7 "apples"' },
    { 'extracted/correct': null },
    { 'extracted/correct': null },
  ]);
});
