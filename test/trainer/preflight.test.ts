/** Promise: a preflight sees what the run would see in its first steps, changes nothing, and stops at once. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { againstFact, readForecast } from '../../src/engine/analysis/forecast/againstFact.ts';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import { forecastSchema, type Forecast } from '../../src/engine/protocol/forecast.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { trainExperiment } from '../../src/engine/trainer/engine.ts';
import { preflight } from '../../src/engine/trainer/preflight/preflight.ts';
import { aForecast } from '../support/aForecast.ts';
import { hasChildren, until } from '../support/processes.ts';
import {
  engage,
  HANG_LIMIT,
  makeProject,
  reward,
  runsDir,
  train,
  twoTasks,
  writeExperiment,
  type Changes,
  type Project,
} from '../support/trainingProject.ts';

/** So small a learning rate changes no weight: every step of the run is of the untrained policy, as the sample is. */
const still: Changes = { optimizer: { learningRate: 1e-30 } };

function forecast(
  project: Project,
  changes: Changes,
  emit: (event: EngineEvent) => void = () => {},
): Promise<Forecast> {
  const experimentPath = writeExperiment(project, changes);
  const context = { emit, signal: new AbortController().signal };
  return preflight({ experimentPath, overrides: [] }, context).then(({ forecast: found }) => found);
}

test('a preflight', HANG_LIMIT, async (context) => {
  const project = await makeProject('gpt2');

  await context.test('sees the groups and completions that the run has', async () => {
    const found = await forecast(project, still);
    assert.deepEqual(forecastSchema.parse(JSON.parse(JSON.stringify(found))), found);
    const sampled = { problems: 6, completions: 24, wholeSteps: true, heldOut: 2 };
    assert.deepEqual(found.sample, { ...sampled, seconds: found.sample.seconds });
    const reader = RunReader.open((await train(project, still)).dir);
    const averaged = (name: string): number => {
      const { mean } = reader.series(name, { from: 1 });
      assert.equal(mean.length, 3, name);
      return mean.reduce((sum, value) => sum + value, 0) / 3;
    };
    const close = (actual: number | undefined, expected: number): void =>
      assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-9, `${actual}, not ${expected}`);
    const { signal } = found;
    close(signal?.advantage.value, 1 - averaged('frac_reward_zero_std'));
    close(signal?.completionLength.value, averaged('completions/mean_length'));
    close(signal?.truncated.value, averaged('completions/clipped_ratio'));
    const dead = signal?.causes.reduce((sum, { count }) => sum + count, 0);
    close(dead, 6 * averaged('frac_reward_zero_std'));
    reader.close();
  });

  await context.test('comes out the same again, and writes nothing', async () => {
    writeExperiment(project, {});
    const before = readdirSync(project.folder, { recursive: true }).sort();
    const events: EngineEvent[] = [];
    const first = await forecast(project, {}, (event) => events.push(event));
    const second = await forecast(project, {});
    assert.deepEqual(first.signal, second.signal);
    assert.deepEqual(readdirSync(project.folder, { recursive: true }).sort(), before);
    assert.ok(events.every(({ event }) => event === 'phase' || event === 'warning'));
    await until(() => !hasChildren());
  });

  await context.test('stops in the middle of whatever it does', async () => {
    for (const phase of ['load', 'rollout', 'train', 'eval'] as const) {
      const stop = new AbortController();
      const emit = (event: EngineEvent): void => {
        if (event.event === 'phase' && event.phase === phase) setImmediate(() => stop.abort());
      };
      const experimentPath = writeExperiment(project, {});
      await assert.rejects(preflight({ experimentPath, overrides: [] }, { emit, signal: stop.signal }));
      await until(() => !hasChildren());
    }
  });

  await context.test(
    'of all weights, of several tasks, with dynamic sampling, and of a control that trains nothing',
    async () => {
      const full = await forecast(project, { full: true });
      assert.ok(full.step !== null && full.parts.saving > 0);
      const tasks = await forecast(project, {
        tasks: twoTasks,
        rewards: [reward('digits'), { function: 'gsm8k' }, reward('brevity')],
      });
      assert.ok(tasks.signal !== null && tasks.test !== null);
      const dynamic = await forecast(project, { algorithm: { dynamicSampling: { maxBatches: 3 } } });
      assert.equal(dynamic.sample.problems, 6);
      for (const by of ['adaptive', 'passRate'] as const) {
        const ordered = await forecast(project, { curriculum: { by } });
        assert.equal(ordered.sample.problems, 6, by);
      }
      const control = await forecast(project, { control: 'no-training' });
      assert.deepEqual([control.signal, control.step, control.steps], [null, null, 0]);
      assert.ok(control.total.seconds.value > 0);
    },
  );

  await context.test('has nothing to try without rewards', async () => {
    await assert.rejects(forecast(project, { method: 'sft' }), { name: 'UserError', message: /"sft" does neither/ });
  });

  await context.test('says what a run would end with: rewards that fail on every completion', async () => {
    writeFileSync(join(project.folder, 'broken.ts'), 'export const broken = () => { throw new Error("no"); };\n');
    const rewards = [{ file: 'broken.ts', function: 'broken' }];
    await assert.rejects(forecast(project, { rewards }), { name: 'UserError', message: /"broken" failed on all 2 / });
  });

  await context.test('is not kept beside a run of something else', async () => {
    const expected = await forecast(project, {});
    const source = readFileSync(join(project.folder, 'rewards.ts'), 'utf8');
    const edits = [
      { rollout: { temperature: 0.5 } },
      { dataset: { source: 'train.jsonl', validation: 2, test: 'test.jsonl' } },
      null,
    ];
    for (const changes of edits) {
      if (changes === null) writeFileSync(join(project.folder, 'rewards.ts'), `${source}// Another word.\n`);
      const experimentPath = writeExperiment(project, changes ?? {});
      const options = { experimentPath, overrides: [], runsDir: runsDir(project), forecast: expected };
      const { dir, events } = await engage((engine) => trainExperiment(options, engine));
      assert.equal(readForecast(dir), null);
      assert.ok(events.some((event) => event.event === 'warning' && event.message.includes('since the forecast')));
    }
    writeFileSync(join(project.folder, 'rewards.ts'), source);
  });

  await context.test('is held against all groups that were drawn, those that were thrown away among them', async () => {
    const { dir } = await train(project, {
      rewards: [reward('onlyEggs')],
      algorithm: { dynamicSampling: { maxBatches: 3 } },
    });
    writeFileSync(join(dir, 'forecast.json'), JSON.stringify(aForecast()));
    const reader = RunReader.open(dir);
    const sum = (name: string): number => reader.series(name).mean.reduce((total, value) => total + value, 0);
    const drawn = sum('groups/drawn');
    const dead = sum('groups/discarded_zero_std');
    assert.ok(dead > 0);
    const fact = againstFact(reader)?.find(({ name }) => name.startsWith('Groups with'))?.fact;
    assert.ok(Math.abs((fact ?? NaN) - (1 - dead / drawn)) < 1e-9, String(fact));
    reader.close();
  });

  await context.test('is kept beside its run, and held against what came', async () => {
    // The second step evaluates nothing, and saves no checkpoint.
    const changes: Changes = { evaluation: { every: 0 }, checkpoint: { every: 5 } };
    const expected = await forecast(project, changes);
    const experimentPath = writeExperiment(project, changes);
    const options = { experimentPath, overrides: [], runsDir: runsDir(project), forecast: expected };
    const { dir } = await engage((engine) => trainExperiment(options, engine));
    assert.deepEqual(readForecast(dir), expected);
    const reader = RunReader.open(dir);
    const facts = againstFact(reader) ?? [];
    assert.ok(facts.length >= 5);
    assert.ok(facts.every(({ fact }) => fact !== null && fact >= 0));
    if (process.platform === 'linux') {
      assert.ok(facts.some(({ name }) => name === 'Memory'));
      for (const step of [0, 1, 2, 3]) {
        const { 'time/cpu_s': cpu, 'memory/peak_gib': peak } = reader.metrics(step);
        assert.ok(cpu !== undefined && cpu >= 0 && peak !== undefined && peak > 0.05);
      }
    }
    reader.close();
  });
});
