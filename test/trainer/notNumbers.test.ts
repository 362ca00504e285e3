/**
 * Promise: what is no number stops the step, and the last good weights stay. The learning rate, the weights and the rewards are really such that
 * float32 has no number for what follows.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSafetensorsHeader } from '../../src/engine/model/safetensors.ts';
import { readSafetensors } from '../../src/engine/model/tensorData.ts';
import { NonFiniteError } from '../../src/engine/protocol/errors.ts';
import { parseExperiment } from '../../src/engine/protocol/experimentFile.ts';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { withWayOut } from '../../src/engine/trainer/lastGoodPolicy.ts';
import { assertEqualBits, replay } from '../support/replays.ts';
import { HANG_LIMIT, makeProject, resume, train, type Changes, type Project } from '../support/trainingProject.ts';

interface Failure {
  readonly message: string;
  /** The run's folder, and its last whole step. */
  readonly dir: string;
  readonly lastStep: number | null;
}

/** Trains until it fails for want of numbers, which the run says too. */
async function failing(project: Project, changes: Changes): Promise<Failure> {
  let dir = '';
  const onEvent = (event: EngineEvent): void => {
    if (event.event === 'started') dir = event.runDir;
  };
  const error: unknown = await train(project, changes, { onEvent }).then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof NonFiniteError, String(error));
  const reader = RunReader.open(dir);
  const { status, message, lastStep } = reader.state();
  reader.close();
  assert.deepEqual({ status, message }, { status: 'failed', message: error.message });
  return { message: error.message, dir, lastStep };
}

async function spoilModel({ folder }: Project, tensor: string, element: number, value: number): Promise<void> {
  const file = join(folder, 'model', 'model.safetensors');
  const entry = (await readSafetensorsHeader(file)).tensors.get(tensor) ?? assert.fail();
  const bytes = readFileSync(file);
  bytes.writeFloatLE(value, entry.offset + 4 * element);
  writeFileSync(file, bytes);
}

const noSurvival: Changes = { optimizer: { learningRate: 1e30 }, training: { steps: 6 }, evaluation: { every: 0 } };

test(
  'a policy that no longer gives numbers: the completion, the weights and the step that did it',
  HANG_LIMIT,
  async () => {
    const { message, dir, lastStep } = await failing(await makeProject('gpt2'), noSurvival);
    assert.equal(lastStep, 1);
    assert.match(message, /^The model's probabilities are no numbers \(step 2, problem \d+, sample \d, token 0\)\./);
    assert.match(message, /All weights are numbers; the largest that training changed is 1\.00e\+30 in transformer/);
    assert.ok(message.includes(`Step 1 left this policy. \`rlvr replay ${dir} --step 1\` shows`), message);
    assert.match(message, /lower optimizer\.learningRate \(it is 1e\+30\)/);
    const replayed = await replay(dir, 1);
    assertEqualBits(replayed);
    assert.match(replayed.notes.join(), /policy after the step gives no number for \d+ of the \d+ tokens/);
    assert.ok(replayed.completions.every(({ tokens }) => tokens.old.every(Number.isFinite)));
    await assert.rejects(resume(dir), { message });
  },
);

test('a spoiled policy: the one before it is still there, and is named', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  // Until its weight is more than 0 every completion scores alike, and no update is made.
  const digits = { file: 'rewards.ts', function: 'digits', weight: { '0': 0, '2': 0, '3': 1 } };
  const { message, dir, lastStep } = await failing(project, { ...noSurvival, rewards: [digits] });
  assert.ok(lastStep !== null && lastStep > 1, message);
  const good = join(dir, 'state', `step-${lastStep - 1}`);
  assert.ok(
    message.includes(`with \`lora.from\` ${good} it goes on from the policy after step ${lastStep - 1}`),
    message,
  );
  for (const [name, { data }] of await readSafetensors(join(good, 'adapter_model.safetensors')))
    assert.ok(data.every(Number.isFinite), name);
  const onwards: Changes = { lora: { from: good }, optimizer: { learningRate: 1e-4 }, training: { steps: 1 } };
  assert.equal((await train(project, onwards)).outcome, 'finished');
});

test(
  'an evaluation of a policy that the step before it spoiled: that step is named, and the policy before it',
  HANG_LIMIT,
  async () => {
    const project = await makeProject('gpt2');
    const validated = await failing(project, { ...noSurvival, evaluation: { every: 1 } });
    assert.equal(validated.lastStep, 0);
    assert.match(validated.message, /^The model's probabilities are no numbers \(step 1, /);
    assert.match(
      validated.message,
      /Step 1 left this policy\. Nothing of this step was kept: the run stands after step 0\. To resume/,
    );

    // The test part, of which the last step that is in the run is evaluated.
    const { dir } = await train(project, { training: { steps: 2 } });
    const failure = withWayOut(new NonFiniteError('No numbers.', { place: 'evaluation', step: 2 }), {
      experiment: parseExperiment(readFileSync(join(dir, 'experiment.json'), 'utf8'), dir),
      dir,
      lastStep: 2,
    });
    assert.ok(failure instanceof NonFiniteError);
    const { message } = failure;
    assert.match(message, /Step 2 left this policy\. `rlvr replay .* --step 2`/);
    assert.match(message, /state\/step-1 it goes on from the policy after step 1, which was good/);
  },
);

test('a demonstration whose probability is no number: the step before spoiled the policy', HANG_LIMIT, async () => {
  const { message, dir, lastStep } = await failing(await makeProject('gpt2'), {
    ...noSurvival,
    method: 'sft',
    rewards: [],
    dataset: { source: 'train.jsonl', completion: ' {answer}' },
  });
  assert.equal(lastStep, 1);
  assert.match(message, /^A log-probability is \S+ in the update \(step 2, /);
  assert.match(message, /Step 1 left this policy/);
  assert.ok(!message.includes(join(dir, 'state', 'step-1')), message);
});

test(
  'a gradient whose square is beyond float32: the optimiser would never move its weights again',
  HANG_LIMIT,
  async () => {
    const project = await makeProject('gpt2');
    const source = 'export function large({ completion }) { return completion.length * 1e25; }';
    writeFileSync(join(project.folder, 'large.ts'), source);
    const { message, dir, lastStep } = await failing(project, {
      rewards: [{ file: 'large.ts', function: 'large' }],
      algorithm: { advantage: 'none' },
      optimizer: { maxGradNorm: 0 },
      evaluation: { every: 0 },
    });
    assert.match(
      message,
      /^The update made moments of the optimiser that are no numbers, and was given up: exp_avg_sq\./,
    );
    assert.match(message, /set optimizer\.maxGradNorm/);
    assert.equal(lastStep, 0);
    assert.ok(!existsSync(join(dir, 'state', 'step-1')));
  },
);

test('weights that an update makes infinite: it is given up, and nothing of the step is kept', HANG_LIMIT, async () => {
  for (const changes of [{}, { full: true }]) {
    const rate: Changes = { ...changes, optimizer: { learningRate: 1e39 }, evaluation: { every: 0 } };
    const { message, dir, lastStep } = await failing(await makeProject('gpt2'), rate);
    assert.match(
      message,
      /^The update made weights that are no numbers, and was given up: transformer\S* has \d+ values/,
    );
    assert.match(message, /Nothing of this step was kept: the run stands after step 0/);
    assert.equal(lastStep, 0);
    assert.ok(!existsSync(join(dir, 'state', 'step-1')));
  }
});

test('a reward beyond float32: no update is made, and the completion is named', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const source = 'export function huge({ completion }) { return completion.length * 1e39; }';
  writeFileSync(join(project.folder, 'huge.ts'), source);
  const { message, lastStep } = await failing(project, {
    rewards: [{ file: 'huge.ts', function: 'huge' }],
    algorithm: { advantage: 'none' },
    evaluation: { every: 0 },
  });
  assert.match(message, /^No update was made: the loss is (?:-?Infinity|NaN)/);
  assert.match(message, /the gradient of transformer\S* has \d+ values that are no numbers/);
  assert.match(message, /It comes from step 1, problem \d+, sample \d, whose advantage of -?\d\S* is beyond float32/);
  assert.equal(lastStep, 0);
});

test('what is computed in 16 bits: their bound, and the settings before the learning rate', HANG_LIMIT, async () => {
  const bound = /too large for float16, whose largest number is 65504\./;
  const trained = await failing(await makeProject('gpt2'), { ...noSurvival, lora: { base: 'float16' } });
  assert.match(trained.message, bound);
  assert.match(
    trained.message,
    /new run with lora\.base and rollout\.weights "float32", whose numbers.*, with a lower optimizer/,
  );

  // The CPU does not round activations to 16 bits, so that only what is too large for float32 is seen on it.
  const project = await makeProject('gpt2');
  await spoilModel(project, 'transformer.h.0.ln_1.weight', 3, 3e38);
  const untrained = await failing(project, { lora: { base: 'float16' } });
  assert.match(untrained.message, bound);
  assert.match(untrained.message, /Nothing was trained yet: begin a new run with lora\.base "float32"/);
});

test('a model with a value that is no number: the tensor, the element and the file', HANG_LIMIT, async () => {
  for (const changes of [{}, { full: true }]) {
    const project = await makeProject('gpt2');
    await spoilModel(project, 'transformer.h.0.attn.c_attn.weight', 50, NaN);
    const { message, lastStep } = await failing(project, changes);
    assert.match(
      message,
      /transformer\.h\.0\.attn\.c_attn\.weight has 1 value that is no number \(of 768\), the first NaN at \[1, 2\]/,
    );
    assert.match(message, /Nothing was trained yet/);
    assert.equal(lastStep, null);
  }
});
