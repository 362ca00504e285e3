/** Promise: a run that is killed and resumed, wherever and however often, is the run that was not, byte for byte. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { RunReader } from '../../src/engine/run/reader.ts';
import type { CompletionRecord } from '../../src/engine/protocol/run.ts';
import { uniforms } from '../../src/engine/random/keyed.ts';
import { runEngine, type EngineCall, type Ended } from '../support/engineProcess.ts';
import { isRunning, until } from '../support/processes.ts';
import { assertSameRun, metricsOf, recordOf, type RunRecord } from '../support/runRecord.ts';
import {
  answering,
  HANG_LIMIT,
  makeProject,
  resume,
  reward,
  runDirOf,
  runsDir,
  train,
  twoTasks,
  writeExperiment,
  type Changes,
  type Project,
} from '../support/trainingProject.ts';

const STEPS = 8;
/** Every part of a run that a crash could leave half done, and what a resumed one could get wrong. */
const whole: Changes = {
  rewards: [...answering.rewards],
  dataset: { source: 'train.jsonl', validation: 2, test: 'test.jsonl' },
  algorithm: { beta: 0.1, dynamicSampling: { maxBatches: 3 } },
  training: { steps: STEPS, miniBatches: 2 },
  optimizer: { schedule: 'cosine', warmupSteps: 3 },
  evaluation: { every: 3, ...answering.evaluation },
  checkpoint: { every: 3 },
};

/** Whom a kill strikes: the engine, which takes its compute process along, or that alone. */
type Victim = 'engine' | 'compute';

/** Where a kill strikes: some milliseconds after a phase or a step of the run has begun or ended. */
interface Moment {
  readonly victim: Victim;
  /** Number of the phase or step, from 1, counted from where this engine started. */
  readonly at: number;
  readonly delay: number;
}

/** Calls the engine and kills it, or its compute process; resolves when neither is there any more. */
async function runAndKill(call: EngineCall, { victim, at, delay }: Moment): Promise<Ended> {
  const begun = new Set<string>();
  const ended = await runEngine(call, (event, { pid, computePid }) => {
    if (event.event !== 'phase' && event.event !== 'step') return;
    const before = begun.size;
    begun.add(event.event === 'phase' ? `${event.phase} ${event.step}` : `step ${event.step}`);
    if (begun.size === before || begun.size !== at) return;
    const target = victim === 'engine' ? pid : computePid;
    assert.ok(target !== null);
    setTimeout(() => {
      if (isRunning(target)) process.kill(target, 'SIGKILL');
    }, delay);
  });
  await until(() => ![...ended.computePids].some(isRunning));
  return ended;
}

/** A phase lasts a few milliseconds. */
const DELAY_MS = 20;

/** Kills the run again and again at moments that a seed chooses, `reach` phases away at most, then lets it finish. */
async function killedRun(
  project: Project,
  changes: Changes,
  victims: readonly Victim[],
  reach: number,
): Promise<string> {
  const random = uniforms(3, 'shuffle', [reach]);
  let call: EngineCall = ['train', writeExperiment(project, changes, 'killed'), runsDir(project)];
  let dir = '';
  let kills = 0;
  for (const victim of victims) {
    // The first phase is the loading, when there may be no run yet.
    const moment = { victim, at: 2 + Math.floor(random() * reach), delay: Math.floor(random() * DELAY_MS) };
    const { end, events } = await runAndKill(call, moment);
    dir ||= runDirOf(events);
    call = ['resume', dir];
    // On a fast machine it may be over before the last blow falls.
    if (end !== null && 'outcome' in end) continue;
    kills++;
    if (victim === 'engine') assert.equal(end, null);
    else assert.match(end?.error ?? '', /compute process was ended by SIGKILL/);
  }
  assert.ok(kills > victims.length / 2, `killed ${kills} times`);
  const { end } = await runEngine(call);
  assert.deepEqual(end, { outcome: 'finished' });
  return dir;
}

/** That what is noted of answers was worth comparing. */
function assertAnswers({ verdicts, evaluations }: RunRecord): void {
  for (const extracted of ['"extracted":null', '"extracted":"'])
    assert.ok(verdicts.some((line) => line.includes(extracted)));
  for (const { measures = {} } of evaluations)
    assert.deepEqual(Object.keys(measures), ['lenient', 'pass@2', 'pass@3', 'maj@2', 'maj@3']);
}

test('an adapter, killed five times', HANG_LIMIT, async (context) => {
  const project = await makeProject('gpt2');
  const changes = { ...whole, lora: { rank: 4, dropout: 0.1 } };
  const straight = await train(project, changes);
  const expected = recordOf(straight.dir);
  assert.equal(expected.metrics.length, STEPS + 1);
  assertAnswers(expected);

  await context.test('is the run that was never killed', async () => {
    const victims = ['engine', 'compute', 'engine', 'compute', 'engine'] as const;
    assertSameRun(recordOf(await killedRun(project, changes, victims, 7)), expected);
  });

  await context.test('resumed when it is finished, it says so and is left as it was', async () => {
    const files = (): string[] => readdirSync(straight.dir, { recursive: true, encoding: 'utf8' }).sort();
    const before = files();
    const again = await resume(straight.dir);
    assert.equal(again.outcome, 'finished');
    assert.deepEqual(
      again.events.map(({ event }) => event),
      ['started', 'done'],
    );
    assert.deepEqual(again.events.at(-1), straight.events.at(-1));
    assert.deepEqual(files(), before);
    assertSameRun(recordOf(straight.dir), expected);
  });
});

test('two tasks, killed five times', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const rewards = [...answering.rewards, { ...reward('brevity'), weight: 0.1 }];
  const changes: Changes = { ...whole, dataset: undefined, tasks: twoTasks, rewards, lora: { rank: 4, dropout: 0.1 } };
  const expected = recordOf((await train(project, changes)).dir);
  const tasks = expected.evaluations.map((evaluation) => Object.keys(evaluation.tasks ?? {}));
  assert.deepEqual(tasks, [['things', 'more'], ['things', 'more'], ['things', 'more'], ['things'], ['things', 'more']]);
  const victims = ['engine', 'compute', 'engine', 'compute', 'engine'] as const;
  assertSameRun(recordOf(await killedRun(project, changes, victims, 7)), expected);
});

test('all weights, killed four times', HANG_LIMIT, async () => {
  const project = await makeProject('llama');
  // What it draws follows from steps that were hidden and are computed again.
  const changes: Changes = { ...whole, full: true, curriculum: { by: 'adaptive', rest: 0.2 } };
  const expected = recordOf((await train(project, changes)).dir);
  const victims = ['compute', 'engine', 'compute', 'engine'] as const;
  assertSameRun(recordOf(await killedRun(project, changes, victims, 14)), expected);
});

test(
  'an adapter with dropout whose file has its modules in another order than the model, killed once',
  HANG_LIMIT,
  async () => {
    const project = await makeProject('llama');
    const changes: Changes = { lora: { rank: 4, dropout: 0.3 }, training: { steps: 5 }, evaluation: { every: 0 } };
    const expected = recordOf((await train(project, changes)).dir);
    const { end, events } = await runEngine(
      ['train', writeExperiment(project, changes, 'killed'), runsDir(project)],
      (event, { pid }) => {
        if (event.event === 'step' && event.step === 1) process.kill(pid, 'SIGKILL');
      },
    );
    assert.equal(end, null, 'it was killed');
    const { outcome, dir, events: resumed } = await resume(runDirOf(events));
    assert.equal(outcome, 'finished');
    const started = resumed.find(({ event }) => event === 'started');
    assert.ok(started && 'resumedFrom' in started, 'it goes on from a saved adapter');
    assertSameRun(recordOf(dir), expected);
  },
);

test('a run that another process writes is refused, and goes on', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const experiment = writeExperiment(project, { training: { steps: 1000 }, evaluation: { every: 0 } });
  const refusals: Promise<void>[] = [];
  let refused = false;
  const { end } = await runEngine(['train', experiment, runsDir(project)], (event, { pid }) => {
    if (event.event === 'started') {
      const message = new RegExp(`written by process ${pid} .*rlvr train --resume`);
      const refusal = assert.rejects(resume(event.runDir), { name: 'RunLockedError', message });
      refusals.push(refusal.finally(() => (refused = true)));
    }
    if (event.event === 'step' && refused) process.kill(pid, 'SIGKILL');
  });
  assert.equal(refusals.length, 1);
  await Promise.all(refusals);
  assert.equal(end, null, 'it was killed while it went on');
});

/** What a reward said of the completions of some steps. */
function verdicts(dir: string, steps: readonly number[]): CompletionRecord[] {
  const reader = RunReader.open(dir);
  try {
    return steps.flatMap((step) => reader.completionsOfStep(step));
  } finally {
    reader.close();
  }
}

test('rewards that were recorded are taken over when their steps are computed again', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  // Of all weights only the checkpoint of step 2 is kept, and steps 3 and 4 are computed again.
  const changes: Changes = {
    full: true,
    rewards: [reward('random'), reward('neighbour')],
    training: { steps: 5 },
    evaluation: { every: 4 },
  };
  const stopped = await train(project, changes, {
    onEvent: (event, stop) => {
      if (event.event === 'step' && event.step === 3) stop();
    },
  });
  assert.equal(stopped.outcome, 'stopped');
  const steps = [0, 1, 2, 3];
  const before = verdicts(stopped.dir, steps);
  assert.equal(before.length, 2 + 3 * 8);
  const resumed = await resume(stopped.dir);
  assert.equal(resumed.outcome, 'finished');
  assert.deepEqual(
    resumed.events.filter(({ event }) => event === 'step').map((event) => 'step' in event && event.step),
    [3, 4, 5],
  );
  assert.deepEqual(verdicts(stopped.dir, steps), before);
  for (const step of [3, 4, 5]) assert.equal(metricsOf(recordOf(stopped.dir), step)['reward/error_rate'], 0);
});
