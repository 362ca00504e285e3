/** The examples as they are shipped: their files belong together and are what the scripts make. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { demoProblems, demoTokenizer, problemSets, toJsonl } from '../../scripts/demo/problemSets.ts';
import { correct as demoCorrect } from '../../examples/demo/reward.ts';
import { correct as gsm8kCorrect } from '../../examples/gsm8k/reward.ts';
import { readParts } from '../../src/engine/data/parts.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import { parseExperiment } from '../../src/engine/protocol/experimentFile.ts';
import type { Experiment } from '../../src/engine/protocol/experiment.ts';
import { promptAdvice } from '../../src/engine/protocol/promptAdvice.ts';
import { tasksOf } from '../../src/engine/protocol/tasks.ts';
import type { Reward } from '../../src/library/types.ts';

const examples = join(import.meta.dirname, '../../examples');
const demo = join(examples, 'demo');
const model = join(demo, 'model');

async function experimentIn(folder: string, file: string): Promise<Experiment> {
  return parseExperiment(await readFile(join(examples, folder, file), 'utf8'), file);
}

test('the demo ships the problems that the script makes', async () => {
  assert.equal(await readFile(join(demo, 'problems.jsonl'), 'utf8'), toJsonl(demoProblems(problemSets())));
});

test('the demo ships the tokenizer that the script makes', async () => {
  const shipped: unknown = JSON.parse(await readFile(join(model, 'tokenizer.json'), 'utf8'));
  assert.deepEqual(shipped, demoTokenizer(problemSets()).tokenizer);
});

test('the demo model loads, reads and writes every problem, and has room for the answer', async () => {
  const { architecture, folder } = await loadModel(model);
  const tokenizer = await Tokenizer.load(model, folder.eosTokenIds);
  const { rollout } = await experimentIn('demo', 'demo.rlvr.json');
  assert.equal(architecture.vocabularySize, tokenizer.vocabularySize);
  assert.deepEqual(tokenizer.eosTokenIds, [1]);
  const sets = problemSets();
  for (const { question, answer } of [...sets.train, ...sets.heldout]) {
    const prompt = tokenizer.encode(`${question}\n`, { addSpecialTokens: false });
    const completion = tokenizer.encode(answer, { addSpecialTokens: false });
    assert.equal(tokenizer.decode(prompt), `${question}\n`);
    assert.equal(tokenizer.decode(completion), answer);
    assert.ok(completion.length < rollout.maxCompletionLength, `${answer} has ${completion.length} tokens`);
    assert.ok(prompt.length + rollout.maxCompletionLength <= architecture.contextLength);
  }
});

/** Arguments of a reward as the grader gives them. */
function score(reward: Reward<{ question: string; answer: string }>, completion: string, answer: string): unknown {
  const row = { question: '', answer, prompt: '', completionTokens: 1, step: null, index: 0, options: {} };
  return reward({ ...row, completion });
}

test('the example of several tasks finds its data, and asks for what its rewards look for', async () => {
  const experiment = await experimentIn('tasks', 'tasks.rlvr.json');
  assert.deepEqual(promptAdvice(experiment), []);
  const parts = await Promise.all(
    tasksOf(experiment).map(({ dataset }) => readParts(dataset, join(examples, 'tasks'), 0)),
  );
  assert.deepEqual(
    parts.map(({ train, validation, test: tested }) => [train.length, validation.length, tested.length]),
    [
      [150, 50, 50],
      [60, 20, 20],
    ],
  );
});

test('each example finds its reward and its data, and its reward takes the reference for right', async () => {
  const cases = [
    { folder: 'demo', file: 'demo.rlvr.json', reward: demoCorrect },
    { folder: 'gsm8k', file: 'gsm8k.rlvr.json', reward: gsm8kCorrect },
  ];
  for (const { folder, file, reward } of cases) {
    const experiment = await experimentIn(folder, file);
    const { rewards } = experiment;
    const { dataset } = tasksOf(experiment)[0];
    assert.equal(rewards[0]?.file, 'reward.ts');
    assert.equal(rewards[0].function, 'correct');
    const { train, validation, test: tested } = await readParts(dataset, join(examples, folder), 0);
    for (const { columns } of [...train, ...validation, ...tested]) {
      const answer = String(columns['answer']);
      assert.equal(score(reward, answer, answer), 1, answer);
      assert.equal(score(reward, `${answer}1`, answer), 0, answer);
      assert.equal(score(reward, '', answer), 0);
    }
  }
});
