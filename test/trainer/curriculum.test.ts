/** Promises: what a curriculum draws follows from the experiment and what the run recorded, and a profile is measured once. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import type { CompletionRecord } from '../../src/engine/protocol/run.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { assertEqualBits, replay } from '../support/replays.ts';
import { assertSameRun, metricsOf, recordOf } from '../support/runRecord.ts';
import {
  HANG_LIMIT,
  makeProject,
  resume,
  reward,
  runsDir,
  train,
  twoTasks,
  type Changes,
  type Project,
} from '../support/trainingProject.ts';

/** Of problems about eggs one of four completions is solved; all others are solved always. */
const eggs: Changes = { rewards: [reward('onlyEggs')], evaluation: { every: 0 }, lora: { rank: 4 } };

const stopAfter =
  (step: number) =>
  (event: EngineEvent, stop: () => void): void => {
    if (event.event === 'step' && event.step === step) stop();
  };

/** By step, the questions that were drawn. */
function drawnIn(dir: string): Map<number, string[]> {
  const reader = RunReader.open(dir);
  try {
    const drawn = new Map<number, string[]>();
    const prompts = new Map(reader.problems('train').map(({ problem, prompt }) => [problem, prompt]));
    for (const { purpose, key } of reader.completions()) {
      if (purpose !== 'rollout' || key.sample !== 0) continue;
      drawn.set(key.step, [...(drawn.get(key.step) ?? []), prompts.get(key.problem) ?? '']);
    }
    return drawn;
  } finally {
    reader.close();
  }
}

/** Rollouts with the question of each. */
function rolloutsOf(dir: string): (CompletionRecord & { readonly question: string })[] {
  const reader = RunReader.open(dir);
  try {
    const prompts = new Map(reader.problems('train').map(({ problem, prompt }) => [problem, prompt]));
    return [...reader.completions()]
      .filter(({ purpose }) => purpose === 'rollout')
      .map((record) => ({ ...record, question: prompts.get(record.key.problem) ?? '' }));
  } finally {
    reader.close();
  }
}

const adaptive: Changes = {
  ...eggs,
  curriculum: { by: 'adaptive', focus: 4, exploration: 0.05, rest: 0, unsolved: 0 },
  algorithm: { dynamicSampling: { maxBatches: 2 } },
  training: { steps: 12, problemsPerStep: 3 },
  checkpoint: { every: 5 },
};

test('an adaptive run', HANG_LIMIT, async (context) => {
  const project = await makeProject('gpt2');
  const straight = await train(project, adaptive);
  const expected = recordOf(straight.dir);

  await context.test('comes to draw what can be learned from', () => {
    const questions = [...drawnIn(straight.dir)].filter(([step]) => step > 4).flatMap(([, drawn]) => drawn);
    const share = questions.filter((question) => question.includes('eggs')).length / questions.length;
    // A third of the problems are about eggs.
    assert.ok(share > 0.55, `${share}`);
    const { 'curriculum/expected_worth': hoped = 0, 'curriculum/worth': found = 0 } = metricsOf(expected, 12);
    assert.ok(hoped > 0 && found > 0, `${hoped}, ${found}`);
  });

  await context.test('stopped and resumed, draws what it would have drawn', async () => {
    const first = await train(project, adaptive, { onEvent: stopAfter(4) });
    assert.equal(first.outcome, 'stopped');
    assert.equal((await resume(first.dir, { onEvent: stopAfter(9) })).outcome, 'stopped');
    assert.equal((await resume(first.dir)).outcome, 'finished');
    assertSameRun(recordOf(first.dir), expected);
  });

  await context.test('computes a step again bit for bit', async () => {
    assertEqualBits(await replay(straight.dir, 8));
  });
});

const screening: Changes = {
  ...eggs,
  curriculum: { by: 'adaptive', screen: 2 },
  training: { steps: 6, problemsPerStep: 2 },
};

test('a run that screens its problems', HANG_LIMIT, async (context) => {
  const project = await makeProject('gpt2');
  const straight = await train(project, screening);
  const expected = recordOf(straight.dir);
  const steps = [1, 2, 3, 4, 5, 6];
  const rollouts = rolloutsOf(straight.dir);
  const aside = steps.map((step) => rollouts.filter(({ key, advantage }) => key.step === step && advantage === null));

  await context.test('samples no more of what its first completions all solved, and whole groups of the rest', () => {
    for (const { question, key, advantage, reward: value } of rollouts) {
      assert.equal(advantage === null, !question.includes('eggs'), question);
      if (advantage === null) assert.ok(key.sample < 2, `${key.sample}`);
      // What a reward function is told of the place in the group goes on where the screened completions ended.
      else assert.equal(value, key.sample);
    }
    const whole = rollouts.filter(({ advantage }) => advantage !== null);
    assert.equal(whole.filter(({ key }) => key.sample === 3).length, whole.length / 4);
  });

  await context.test('says what it put aside and what that cost', () => {
    for (const [index, rows] of aside.entries()) {
      const metrics = metricsOf(expected, index + 1);
      assert.equal(metrics['curriculum/screened'], 2);
      assert.equal(metrics['curriculum/put_aside_frac'], rows.length / 4);
      assert.equal(
        metrics['curriculum/screen_tokens'],
        rows.reduce((sum, { tokens }) => sum + tokens.length, 0),
      );
      // Of each problem about eggs the second completion alone.
      assert.equal(metrics['curriculum/screen_pass'], (rows.length + (4 - rows.length) / 2) / 4);
      assert.equal(metrics['groups/drawn'], undefined);
    }
  });

  await context.test('goes on where a step has nothing to train on', () => {
    const empty = aside.findIndex((rows) => rows.length === 4);
    assert.ok(empty >= 0, 'no step put all its problems aside');
    const metrics = metricsOf(expected, empty + 1);
    assert.equal(metrics['curriculum/put_aside_frac'], 1);
    assert.equal(metrics['reward'], undefined);
  });

  await context.test('samples the completions that whole groups have', async () => {
    const { dir } = await train(project, { ...screening, curriculum: { by: 'adaptive', screen: 0 } });
    const all = new Map(rolloutsOf(dir).map((row) => [JSON.stringify(row.key), row]));
    for (const { key, tokens } of rollouts.filter(({ key: { step } }) => step === 1))
      assert.deepEqual(tokens, all.get(JSON.stringify(key))?.tokens);
  });

  await context.test('stopped and resumed, is the same run', async () => {
    const first = await train(project, screening, { onEvent: stopAfter(3) });
    assert.equal((await resume(first.dir)).outcome, 'finished');
    assertSameRun(recordOf(first.dir), expected);
  });

  await context.test('computes a step again bit for bit', async () => {
    const mixed = aside.findIndex((rows, index) => index > 0 && rows.length === 2);
    assert.ok(mixed > 0, 'no step but the first put one problem aside and not the other');
    assertEqualBits(await replay(straight.dir, mixed + 1));
  });

  await context.test('counts what dynamic sampling throws away apart from what was put aside', async () => {
    const { dir } = await train(project, { ...screening, algorithm: { dynamicSampling: { maxBatches: 4 } } });
    const record = recordOf(dir);
    for (const step of steps) {
      const metrics = metricsOf(record, step);
      const drawn = metrics['groups/drawn'] ?? NaN;
      assert.equal(metrics['curriculum/screened'], drawn);
      assert.equal(metrics['groups/discarded_zero_std'], (metrics['curriculum/put_aside_frac'] ?? NaN) * drawn);
      assert.equal(metrics['curriculum/screen_tokens'], metrics['groups/discarded_tokens']);
    }
    assert.ok(steps.some((step) => (metricsOf(record, step)['groups/generation_batches'] ?? 0) > 1));
    assertEqualBits(await replay(dir, 4));
  });
});

test('several tasks have each their own order of the same curriculum, and resume', HANG_LIMIT, async () => {
  const project = await makeProject('llama');
  const changes: Changes = {
    rewards: [reward('digits'), { function: 'gsm8k' }, reward('brevity')],
    tasks: twoTasks,
    curriculum: { by: 'adaptive' },
    training: { steps: 4, problemsPerStep: 3 },
    evaluation: { every: 0 },
    lora: { rank: 4 },
  };
  const straight = await train(project, changes);
  const first = await train(project, changes, { onEvent: stopAfter(2) });
  assert.equal((await resume(first.dir)).outcome, 'finished');
  assertSameRun(recordOf(first.dir), recordOf(straight.dir));
});

test('by a column: the first steps draw from its beginning alone, in supervised training too', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const curriculum = { by: 'column', column: 'question', order: 'ascending', start: 0.1, until: 1 } as const;
  const { dir } = await train(project, { ...eggs, curriculum, training: { steps: 6, problemsPerStep: 1 } });
  const drawn = drawnIn(dir);
  // Ten problems to train on; the first of them alone is open.
  const [first] = [...drawn.values()].flat().sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  assert.deepEqual(drawn.get(1), [first]);
  assert.equal(metricsOf(recordOf(dir), 1)['curriculum/open_frac'], 0.1);
  const supervised = await train(project, { method: 'sft', rewards: [], curriculum, lora: { rank: 4 } });
  assert.equal(supervised.outcome, 'finished');
});

test('by a column that a row lacks: an error that names it before anything is trained', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  await assert.rejects(
    train(project, { ...eggs, curriculum: { by: 'column', column: 'level' } }),
    (error) => error instanceof UserError && /"level", a number or a text, and row \d+ has none/.test(error.message),
  );
});

const profiled: Changes = {
  ...eggs,
  curriculum: { by: 'passRate', samples: 4, order: 'ascending', start: 0.2, until: 0.9 },
  rollout: { maxRows: 8 },
};

function profiles(project: Project): string[] {
  return readdirSync(join(runsDir(project), 'profiles')).map((name) => join(runsDir(project), 'profiles', name));
}

const measuring = (events: readonly EngineEvent[]): boolean =>
  events.some((event) => event.event === 'phase' && event.phase === 'profile');

test('by the pass rate', HANG_LIMIT, async (context) => {
  const project = await makeProject('gpt2');
  const straight = await train(project, profiled);
  const expected = recordOf(straight.dir);
  assert.ok(measuring(straight.events));

  await context.test('the first steps draw what is solved least often', () => {
    for (const question of drawnIn(straight.dir).get(1) ?? assert.fail()) assert.match(question, /eggs/);
    const { 'curriculum/profile_tokens': tokens = 0, 'curriculum/profile_pass': pass = 0 } = metricsOf(expected, 0);
    assert.ok(tokens > 0 && pass > 0.25 && pass < 1, `${tokens}, ${pass}`);
  });

  await context.test('computes a step again bit for bit', async () => {
    assertEqualBits(await replay(straight.dir, 2));
  });

  await context.test('another run takes what was measured, and is the same run', async () => {
    const again = await train(project, profiled);
    assert.ok(!measuring(again.events));
    assertSameRun(recordOf(again.dir), expected);
  });

  await context.test('with other samples or another temperature it measures anew', async () => {
    const before = profiles(project).length;
    const other = { ...profiled, rollout: { ...profiled.rollout, temperature: 0.7 } };
    assert.ok(measuring((await train(project, other)).events));
    assert.equal(profiles(project).length, before + 1);
  });

  await context.test('stopped while it measures, goes on and is the run that was not stopped', async () => {
    for (const profile of profiles(project)) rmSync(profile);
    const stopAt =
      (measured: number) =>
      (event: EngineEvent, stop: () => void): void => {
        if (event.event === 'phase' && event.phase === 'profile' && event.done >= measured) stop();
      };
    const stopped = await train(project, profiled, { onEvent: stopAt(4) });
    assert.equal(stopped.outcome, 'stopped');
    // A crash may cut the last line short.
    const progress = join(stopped.dir, 'profile.progress.jsonl');
    writeFileSync(progress, readFileSync(progress, 'utf8').slice(0, -5));
    assert.equal((await resume(stopped.dir, { onEvent: stopAt(7) })).outcome, 'stopped');
    assert.equal((await resume(stopped.dir)).outcome, 'finished');
    assertSameRun(recordOf(stopped.dir), expected);
    assert.ok(!readdirSync(stopped.dir).includes('profile.progress.jsonl'));
  });

  await context.test('a profile under its name that was measured with something else is refused', async () => {
    for (const profile of profiles(project))
      writeFileSync(profile, readFileSync(profile, 'utf8').replace(/"key":"./, '"key":"x'));
    await assert.rejects(train(project, profiled), /was measured with another model, other data, rewards or sampling/);
  });

  await context.test('a run that has begun cannot go on without its own', async () => {
    for (const profile of profiles(project)) rmSync(profile);
    const begun = await train(project, profiled, { onEvent: stopAfter(1) });
    rmSync(join(begun.dir, 'profile.json'));
    await assert.rejects(resume(begun.dir), /has no profile\.json any more/);
  });
});

test('a control without training measures nothing', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const { outcome, events } = await train(project, { ...profiled, control: 'no-training' });
  assert.equal(outcome, 'finished');
  assert.ok(!measuring(events));
});
