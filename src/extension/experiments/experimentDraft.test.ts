import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Experiment } from '../../engine/protocol/experiment.ts';
import { parseExperiment } from '../../engine/protocol/experimentFile.ts';
import { writeExperiment, type ExperimentDraft } from './experimentDraft.ts';
import { readRewardTemplates } from './rewardTemplates.ts';

const productDir = resolve(import.meta.dirname, '../../..');
const rewardTemplates = readRewardTemplates(join(productDir, 'src/library/rewards'));

function workspace(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'draft-'));
  context.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'experiments'));
  return folder;
}

/** A draft on data and a model in `root`. */
function draftIn(root: string): ExperimentDraft {
  const peek = { columns: ['question', 'answer'], question: 'question', answer: 'answer', rows: 100 };
  return {
    model: { kind: 'folder', folder: join(root, 'models', 'gpt2') },
    dataset: { kind: 'file', file: join(root, 'data', 'train.jsonl'), peek },
    question: 'question',
    answer: 'answer',
    reward: { kind: 'builtin', name: 'finalNumber' },
  };
}

function write(root: string, changes: Partial<ExperimentDraft> = {}, from = root): Experiment {
  const file = join(root, 'experiments', 'new.rlvr.json');
  writeExperiment({ ...draftIn(from), ...changes }, { path: file, mayReplace: true }, [root], productDir);
  return parseExperiment(readFileSync(file, 'utf8'), file);
}

test('what lies in the workspace folder is named from the experiment, what lies elsewhere by its whole path', (context) => {
  const root = workspace(context);
  const { model, dataset } = write(root);
  assert.deepEqual([model, dataset?.source], ['../models/gpt2', '../data/train.jsonl']);
  assert.deepEqual(readdirSync(join(root, 'experiments')).sort(), ['new.rlvr.json', 'rlvr.d.ts']);

  const elsewhere = resolve('/elsewhere');
  const far = write(root, {}, elsewhere);
  assert.deepEqual(
    [far.model, far.dataset?.source],
    [join(elsewhere, 'models', 'gpt2'), join(elsewhere, 'data', 'train.jsonl')],
  );
});

test('an experiment that is there stays, and nothing is written beside it', (context) => {
  const root = workspace(context);
  const path = join(root, 'demo.rlvr.json');
  writeFileSync(path, '{ "mine": true }');
  const [template] = rewardTemplates;
  assert.ok(template);
  const draft: ExperimentDraft = { ...draftIn(root), reward: { kind: 'template', template } };
  assert.throws(() => writeExperiment(draft, { path, mayReplace: false }, [root], productDir), {
    name: 'UserError',
    message: /demo\.rlvr\.json exists already/,
  });
  assert.equal(readFileSync(path, 'utf8'), '{ "mine": true }');
  assert.deepEqual(readdirSync(root).sort(), ['demo.rlvr.json', 'experiments']);
});

test('a reward from a template is a file of its own that takes no other file away', (context) => {
  const root = workspace(context);
  const [template] = rewardTemplates;
  assert.ok(template);
  writeFileSync(join(root, 'experiments', 'reward.ts'), '// mine');
  const [reward] = write(root, { reward: { kind: 'template', template }, answer: 'solution' }).rewards;
  assert.deepEqual([reward?.file, reward?.function], ['reward2.ts', 'correct']);
  assert.match(readFileSync(join(root, 'experiments', 'reward2.ts'), 'utf8'), /solution: answer/);
  assert.equal(readFileSync(join(root, 'experiments', 'reward.ts'), 'utf8'), '// mine');
});

test("the demo's problems are copied once, and say which of them are held out", (context) => {
  const root = workspace(context);
  const { dataset } = draftIn(root);
  const demo: Partial<ExperimentDraft> = {
    model: { kind: 'builtin', name: 'builtin:demo' },
    dataset: { ...dataset, kind: 'demo' },
  };
  const written = write(root, demo);
  assert.deepEqual([written.model, written.dataset?.source], ['builtin:demo', 'problems.jsonl']);
  assert.deepEqual(written.dataset?.validation, { split: 'heldout' });
  assert.equal(write(root, demo).dataset?.source, 'problems.jsonl');
  writeFileSync(join(root, 'experiments', 'problems.jsonl'), '{"mine":1}');
  assert.equal(write(root, demo).dataset?.source, 'problems2.jsonl');
});
