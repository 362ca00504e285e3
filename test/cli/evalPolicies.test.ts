/** `rlvr eval --checkpoint`: several policies of a run at once. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { RunReader } from '../../src/engine/run/reader.ts';
import type { EvaluationSummary } from '../../src/engine/protocol/events.ts';
import { HANG_LIMIT, makeProject, train } from '../support/trainingProject.ts';
import { jsonLines, rlvr } from './rlvr.ts';

let folder = '';
let run = '';

before(async () => {
  const project = await makeProject('gpt2');
  const { dir } = await train(project, {
    dataset: { source: 'train.jsonl', validation: 2, test: 'test.jsonl' },
    training: { steps: 6 },
    evaluation: { every: 0 },
    checkpoint: { every: 2, keep: 5 },
  });
  folder = project.folder;
  run = join('runs', readdirSync(join(folder, 'runs'))[0] ?? '');
  assert.equal(dir, join(folder, run));
}, HANG_LIMIT);

function evaluations(split: EvaluationSummary['split']): number[] {
  const reader = RunReader.open(join(folder, run));
  try {
    return reader
      .evaluations()
      .filter((evaluation) => evaluation.split === split)
      .map(({ step }) => step);
  } finally {
    reader.close();
  }
}

test('each is a row, held against the first, and is written into the run at its step', HANG_LIMIT, async () => {
  assert.deepEqual(evaluations('test'), [6]);
  const { code, stdout, stderr } = await rlvr(['eval', run, '--checkpoint', '2,0,last', '--split', 'test'], folder);
  assert.equal(code, 0, stderr);
  const lines = stdout.split('\n').slice(stdout.split('\n').findIndex((line) => line.trim().startsWith('after step')));
  assert.match(lines[0] ?? '', /^after step +part +problems +accuracy +95 % interval +against step 2$/);
  assert.deepEqual(
    lines.slice(1, 4).map((line) => line.trim().split(/ +/).slice(0, 3)),
    [
      ['2', 'test', '2'],
      ['0', 'test', '2'],
      ['6', 'test', '2'],
    ],
  );
  assert.match(lines[2] ?? '', /too few problems$/);
  assert.deepEqual(evaluations('test'), [0, 2, 6]);
});

test('the best is that of the evaluations of the run, and all are those that it has kept', HANG_LIMIT, async () => {
  const { code, stdout, stderr } = await rlvr(['eval', run, '--checkpoint', 'best,all'], folder);
  assert.equal(code, 2, stdout);
  assert.match(stderr, /--checkpoint must be steps, best and last/);
  const all = await rlvr(['eval', run, '--checkpoint', 'all', '--json'], folder);
  assert.equal(all.code, 0, all.stderr);
  const events = jsonLines(all.stdout);
  assert.deepEqual(
    events.filter(({ event }) => event === 'eval').map(({ step }) => step),
    [2, 4, 6],
  );
  assert.deepEqual(
    events.filter(({ event }) => event === 'change').map(({ step, against }) => ({ step, against })),
    [
      { step: 4, against: 2 },
      { step: 6, against: 2 },
    ],
  );
  // What was evaluated on request since is as good, but the experiment asks only for that before and that after.
  const best = await rlvr(['eval', run, '--checkpoint', 'best'], folder);
  assert.equal(best.code, 0, best.stderr);
  assert.match(best.stdout, /^Held-out accuracy after step 6 is /m);
});

test('what was trained on is measured too, as a sample, and not written into the run', HANG_LIMIT, async () => {
  const before = [...evaluations('validation'), ...evaluations('test')];
  const sample = async (): Promise<string> => {
    const { code, stdout, stderr } = await rlvr(['eval', run, '--split', 'train', '--problems', '3'], folder);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const said = await sample();
  assert.match(said, /^Accuracy on the training part after step 6 is .*, 3 problems\)\.$/m);
  assert.equal(await sample(), said, 'the same problems each time');
  assert.deepEqual([...evaluations('validation'), ...evaluations('test')], before);
  const none = await rlvr(['eval', run, '--problems', '0'], folder);
  assert.equal(none.code, 2);
});

test('what a run has not kept, and what is no run, is said', HANG_LIMIT, async () => {
  const gone = await rlvr(['eval', run, '--checkpoint', '3'], folder);
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /no policy of step 3\. It has that of 0, before training, and of 2, 4, 6\./);
  const experiment = await rlvr(['eval', 'experiment.rlvr.json', '--checkpoint', 'last'], folder);
  assert.equal(experiment.code, 1);
  assert.match(experiment.stderr, /only runs have checkpoints/);
});
