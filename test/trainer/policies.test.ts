/** Policies in and out: adapters that a run continues from, checkpoints that others load, and evaluations of what was saved. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { readAdapter } from '../../src/engine/model/peft.ts';
import { readSafetensors } from '../../src/engine/model/tensorData.ts';
import type { EvaluationSummary, MeasuredSummary } from '../../src/engine/protocol/events.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { evaluatePath } from '../../src/engine/trainer/evaluatePath.ts';
import { metricsOf, recordOf } from '../support/runRecord.ts';
import {
  engage,
  HANG_LIMIT,
  makeProject,
  resume,
  train,
  writeExperiment,
  type Changes,
} from '../support/trainingProject.ts';

/** What the engine says of an experiment or a run. */
async function evaluate(path: string, split: EvaluationSummary['split']): Promise<MeasuredSummary> {
  const { events } = await engage((context) => evaluatePath({ path, split, overrides: [] }, context));
  const found = events.filter((event) => event.event === 'eval');
  assert.equal(found.length, 1);
  const { event, ...said } = found[0] ?? assert.fail();
  assert.equal(event, 'eval');
  return said;
}

test('GRPO that continues from an adapter', HANG_LIMIT, async (context) => {
  const project = await makeProject('gpt2');
  const lora = { rank: 4, alpha: 6, rankStabilized: true, targets: ['c_attn', 'c_fc'] };
  const warm = await train(project, { method: 'sft', lora, evaluation: { every: 0 } });
  const adapter = 'warm';
  cpSync(join(warm.dir, 'checkpoints/step-3'), join(project.folder, adapter), { recursive: true });

  await context.test('a checkpoint is an adapter in the format of PEFT', async () => {
    const { config, modules } = await readAdapter(join(project.folder, adapter));
    const { rank, alpha, rankStabilized, fanInFanOut } = config;
    assert.deepEqual(
      { rank, alpha, rankStabilized, fanInFanOut },
      { rank: 4, alpha: 6, rankStabilized: true, fanInFanOut: true },
    );
    assert.deepEqual([...modules.keys()].sort(), ['transformer.h.0.attn.c_attn', 'transformer.h.0.mlp.c_fc']);
    for (const { a, b } of modules.values()) assert.ok(a.some(Boolean) && b.some(Boolean));
  });

  // A rank that the adapter does not have: its own is used.
  const changes: Changes = { lora: { from: adapter, rank: 2 }, algorithm: { beta: 0.2 }, evaluation: { every: 0 } };
  const straight = recordOf((await train(project, changes)).dir);

  await context.test('its reference policy is that adapter', () => {
    assert.ok(Math.abs(metricsOf(straight, 1)['kl'] ?? NaN) < 1e-9);
    assert.ok((metricsOf(straight, 3)['kl'] ?? NaN) > 1e-6);
  });

  await context.test(
    'stopped, evaluated and resumed, it is still compared with that adapter, which must be the same',
    async () => {
      const { dir } = await train(project, changes, {
        onEvent: (event, stop) => {
          if (event.event === 'step' && event.step === 2) stop();
        },
      });
      const said = await evaluate(dir, 'validation');
      assert.equal(said.step, 2);
      const reader = RunReader.open(dir);
      assert.deepEqual(
        reader.evaluations().find(({ step }) => step === 2),
        said,
      );
      const stored = reader.completionsOfStep(2).filter(({ purpose }) => purpose === 'evaluation');
      reader.close();
      assert.equal(stored.length, said.problems);

      const config = join(project.folder, adapter, 'adapter_config.json');
      const text = readFileSync(config, 'utf8');
      writeFileSync(config, `${text} `);
      await assert.rejects(resume(dir), {
        name: 'UserError',
        message: /cannot be continued: .*the adapter warm changed/,
      });
      writeFileSync(config, text);

      assert.equal((await resume(dir)).outcome, 'finished');
      const { metrics, saved } = recordOf(dir);
      assert.deepEqual(metrics, straight.metrics);
      assert.deepEqual(saved, straight.saved);
    },
  );
});

test('a checkpoint of all weights is a model like any other', HANG_LIMIT, async (context) => {
  const project = await makeProject('llama');
  const sampled = { samples: 4, sampling: { temperature: 1 } };
  const { dir } = await train(project, {
    full: true,
    dataset: { source: 'train.jsonl', validation: 2, test: 'test.jsonl' },
    evaluation: { every: 0, ...sampled },
  });
  const checkpoint = join(dir, 'checkpoints/step-3');

  await context.test('our own readers load it, and it has other weights than it began with', async () => {
    const model = await loadModel(checkpoint);
    assert.equal(model.architecture.name, 'llama');
    const [trained, original] = await Promise.all(
      [checkpoint, join(project.folder, 'model')].map((folder) => readSafetensors(join(folder, 'model.safetensors'))),
    );
    assert.deepEqual([...(trained?.keys() ?? [])].sort(), [...(original?.keys() ?? [])].sort());
    for (const [name, { data }] of original ?? []) assert.notDeepEqual(trained?.get(name)?.data, data, name);
  });

  const reader = RunReader.open(dir);
  const [last] = reader.evaluations().filter(({ step, split }) => step === 3 && split === 'test');
  reader.close();
  assert.ok(last);

  await context.test('an experiment on it is where the run ended', async () => {
    const path = writeExperiment(project, {
      model: checkpoint,
      dataset: { source: 'train.jsonl', validation: 2, test: 'test.jsonl' },
      evaluation: sampled,
    });
    const said = await evaluate(path, 'test');
    // The draws of another step: none is right here either, but other numbers come up.
    assert.deepEqual({ ...said, step: 3, measures: last.measures }, last);
  });

  await context.test('evaluated again, the run has the same result in place of the first', async () => {
    const before = recordOf(dir);
    assert.deepEqual(await evaluate(dir, 'test'), last);
    assert.deepEqual(recordOf(dir), before);
  });
});
