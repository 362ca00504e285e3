/** What supervised training learns from is written, and can be learnt from, before its first step. */
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readJsonObject } from '../../src/engine/model/jsonFile.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { parseExperiment } from '../../src/engine/protocol/experimentFile.ts';
import { openExperiment } from '../../src/engine/trainer/open.ts';
import { HANG_LIMIT, makeProject, runsDir, train, writeExperiment, type Changes } from '../support/trainingProject.ts';

/** Every row of the source is one to train on. */
const supervised: Changes = {
  method: 'sft',
  rewards: [],
  dataset: { source: 'train.jsonl', validation: 'test.jsonl' },
  training: { steps: 1, problemsPerStep: 1 },
  evaluation: { every: 0 },
};

test("a demonstration is closed by the tokenizer's eos_token, whatever else ends a sequence", HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const config = join(project.folder, 'model/config.json');
  writeFileSync(config, JSON.stringify({ ...(await readJsonObject(config)), eos_token_id: [0, 1, 5] }));
  const path = writeExperiment(project, supervised);
  const experiment = parseExperiment(readFileSync(path, 'utf8'), path);
  const context = { emit: () => {}, signal: new AbortController().signal };
  const opened = await openExperiment(experiment, path, null, context);
  await opened.close();
  const { demonstrations, problems } = opened;
  assert.deepEqual([...demonstrations.keys()], problems.train);
  assert.equal(demonstrations.size, 12);
  for (const tokens of demonstrations.values()) assert.equal(tokens.at(-1), 1);
});

test('a demonstration that does not fit the context is an error before there is a run', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const row = { question: 'Eva has 2 eggs. How many?', answer: '2'.repeat(60) };
  appendFileSync(join(project.folder, 'train.jsonl'), `${JSON.stringify(row)}\n`);
  await assert.rejects(train(project, supervised), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /Row 12 of the train part: .*the demonstration 61, .*context holds 48/);
    return true;
  });
  assert.deepEqual(readdirSync(runsDir(project)), []);
});
