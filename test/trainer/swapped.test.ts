/** Promises: edited rewards score from the step that was said, what cannot be used changes nothing, and a crash makes no difference. */
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readKeptFile } from '../../src/engine/analysis/keptFiles.ts';
import { evaluatePath } from '../../src/engine/trainer/evaluatePath.ts';
import type { RewardSwap, SwapRewards } from '../../src/engine/trainer/engineContext.ts';
import type { CompletionRecord, RewardVersion } from '../../src/engine/protocol/run.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { runEngine } from '../support/engineProcess.ts';
import { assertSameRun, metricsOf, recordOf } from '../support/runRecord.ts';
import {
  engage,
  HANG_LIMIT,
  makeProject,
  resume,
  reward,
  runDirOf,
  runsDir,
  train,
  writeExperiment,
  type Changes,
  type Project,
} from '../support/trainingProject.ts';

const STEPS = 7;
const changes: Changes = {
  lora: { rank: 4 },
  rewards: [reward('digits'), { ...reward('brevity'), weight: 0.5 }],
  training: { steps: STEPS },
  evaluation: { every: 2 },
};

/** Fewer digits are better from here on; `brevity` is in the same file, so it is other code too. */
function writeEdited({ folder }: Project): string {
  const file = join(folder, 'edited.ts');
  const text = readFileSync(join(folder, 'rewards.ts'), 'utf8');
  writeFileSync(file, text.replace("completion === '' ? 0 :", "completion === '' ? 1 : 1 -"));
  return file;
}

/** Makes the edit that `writeEdited` has ready the reward file, as a person does who saves it. */
function save({ folder }: Project): void {
  copyFileSync(join(folder, 'edited.ts'), join(folder, 'rewards.ts'));
}

function versionsOf(dir: string): RewardVersion[] {
  const reader = RunReader.open(dir);
  try {
    return reader.rewardVersions();
  } finally {
    reader.close();
  }
}

function completionsOf(dir: string, step: number): CompletionRecord[] {
  const reader = RunReader.open(dir);
  try {
    return reader.completionsOfStep(step);
  } finally {
    reader.close();
  }
}

/** A run whose rewards are edited before a step. */
async function swappedRun(
  project: Project,
  changed: Changes,
  at: number,
): Promise<{ readonly dir: string; readonly change: RewardSwap | null }> {
  let change: RewardSwap | null = null;
  const { dir, outcome } = await train(project, changed, {
    beforeStep: async (count, swap) => {
      if (count !== at) return;
      save(project);
      change = await swap();
    },
  });
  assert.equal(outcome, 'finished');
  return { dir, change };
}

/** Puts the rewards back as they were when the project was made. */
function unedit({ folder }: Project, original: string): void {
  writeFileSync(join(folder, 'rewards.ts'), original);
}

test('edited rewards score from the step that was said', HANG_LIMIT, async (context) => {
  const project = await makeProject('gpt2');
  const original = readFileSync(join(project.folder, 'rewards.ts'), 'utf8');
  const edited = readFileSync(writeEdited(project), 'utf8');
  const plain = recordOf((await train(project, changes)).dir);
  const { dir, change } = await swappedRun(project, changes, 4);
  const swapped = recordOf(dir);

  await context.test('and not before', () => {
    assert.deepEqual(change, { fromStep: 4, rewards: ['digits', 'brevity'] });
    for (const step of [0, 1, 2, 3]) assert.deepEqual(metricsOf(swapped, step), metricsOf(plain, step));
    // The policy that samples step 4 is the same, so what it scores is the rest of what it scored.
    const [before, after] = [plain, swapped].map((run) => metricsOf(run, 4)['rewards/digits/mean'] ?? NaN);
    assert.ok(Math.abs((before ?? NaN) + (after ?? NaN) - 1) < 1e-6, `${before} and ${after}`);
    assert.equal(metricsOf(swapped, 4)['rewards/brevity/mean'], metricsOf(plain, 4)['rewards/brevity/mean']);
  });

  await context.test('the evaluation of the step among them', () => {
    const share = metricsOf(swapped, 4)['eval_rewards/digits/mean'] ?? NaN;
    const digits = completionsOf(dir, 4)
      .filter(({ purpose }) => purpose === 'evaluation')
      .map(({ text }) => (text === '' ? 1 : text.replaceAll(/\D/g, '').length / text.length));
    assert.equal(digits.length, 2);
    const mean = digits.reduce((sum, one) => sum + one, 0) / digits.length;
    assert.ok(Math.abs(share - (1 - mean)) < 1e-6, `${share} and ${mean}`);
  });

  await context.test('the run says what changed where, and keeps both sources', () => {
    const versions = versionsOf(dir);
    assert.deepEqual(
      versions.map(({ fromStep, reward: name }) => [fromStep, name]),
      [
        [4, 'brevity'],
        [4, 'digits'],
      ],
    );
    assert.equal(readKeptFile(dir, 'rewards/0/rewards.ts'), original);
    for (const { entry } of versions) assert.equal(readKeptFile(dir, entry), edited);
  });

  await context.test('the newest policy is evaluated with the code that trained it', async () => {
    // Edited again since, which is not the run's affair.
    writeFileSync(join(project.folder, 'rewards.ts'), `${original}\n`);
    const { outcome } = await engage((engine) =>
      evaluatePath({ path: dir, split: 'validation', overrides: [] }, engine),
    );
    assert.equal(outcome, 'finished');
    assertSameRun(recordOf(dir), swapped);
  });

  await context.test('the same again is the same run', async () => {
    unedit(project, original);
    assertSameRun(recordOf((await swappedRun(project, changes, 4)).dir), swapped);
  });
});

test('what cannot be used changes nothing', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const file = join(project.folder, 'rewards.ts');
  const original = readFileSync(file, 'utf8');
  const plain = recordOf((await train(project, changes)).dir);
  const refused = async (swap: SwapRewards, text: string, message: RegExp): Promise<void> => {
    writeFileSync(file, text);
    await assert.rejects(swap(), { name: 'UserError', message });
  };
  const { dir } = await train(project, changes, {
    beforeStep: async (count, swap) => {
      if (count === 2) await refused(swap, original, /^The reward files are what the run scores with already/);
      if (count === 3) await refused(swap, `${original}export const broken = ;\n`, /rewards\.ts:\d+:23: /);
      if (count === 4) await refused(swap, original.replace('const digits', 'const numerals'), /no function "digits"/);
      if (count === 5) await refused(swap, `${original}throw new Error('not today');\n`, /not today/);
      unedit(project, original);
    },
    onEvent: (event) => assert.notEqual(event.event, 'rewards'),
  });
  assertSameRun(recordOf(dir), plain);
  assert.deepEqual(versionsOf(dir), []);
});

test(
  'there is no step to swap for after the last one, and none for rewards that are built in',
  HANG_LIMIT,
  async () => {
    const project = await makeProject('gpt2');
    writeEdited(project);
    let offered: SwapRewards | null = null;
    const refusals: Promise<void>[] = [];
    await train(project, changes, {
      beforeStep: (_, swap) => {
        offered = swap;
        return Promise.resolve();
      },
      onEvent: (event) => {
        if (event.event !== 'phase' || event.step !== STEPS || event.phase !== 'train' || offered === null) return;
        const refusal = assert.rejects(offered(), { name: 'UserError', message: /^The last step of this run/ });
        refusals.push(refusal);
      },
    });
    assert.equal(refusals.length, 1);
    await Promise.all(refusals);
    const builtIn: Changes = { ...changes, rewards: [{ function: 'length', options: { limit: 4, target: 2 } }] };
    await train(project, builtIn, {
      beforeStep: async (_, swap) => {
        await assert.rejects(swap(), { name: 'UserError', message: /^No reward of this run is in a file/ });
      },
    });
  },
);

test('swapped back before the step has begun, nothing has changed', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const original = readFileSync(join(project.folder, 'rewards.ts'), 'utf8');
  writeEdited(project);
  const plain = recordOf((await train(project, changes)).dir);
  const { dir } = await train(project, changes, {
    beforeStep: async (count, swap) => {
      if (count !== 3) return;
      save(project);
      // Asked at once, each is held against the one before it.
      const first = swap().then((change) => {
        unedit(project, original);
        return change;
      });
      assert.deepEqual(await first, { fromStep: 3, rewards: ['digits', 'brevity'] });
      assert.deepEqual(await swap(), { fromStep: 3, rewards: ['digits', 'brevity'] });
    },
  });
  assertSameRun(recordOf(dir), plain);
  assert.deepEqual(versionsOf(dir), []);
});

/** Where the engine is killed: at the first event of a kind of a step. */
type Blow = readonly [event: 'phase' | 'step', step: number];

/** The run that was swapped at a step, killed there and resumed with whatever the reward file says by then. */
async function killedRun(project: Project, changed: Changes, at: number, [kind, step]: Blow): Promise<string> {
  const call = ['train', writeExperiment(project, changed, 'killed'), runsDir(project), String(at)] as const;
  const { end, events } = await runEngine(call, (event, { pid }) => {
    if (event.event === kind && event.step === step) process.kill(pid, 'SIGKILL');
  });
  assert.equal(end, null, 'it was killed');
  writeFileSync(join(project.folder, 'rewards.ts'), 'export const digits = () => 0.25, brevity = () => 0.25;\n');
  const resumed = await resume(runDirOf(events));
  assert.equal(resumed.outcome, 'finished');
  return resumed.dir;
}

const kills: readonly (readonly [title: string, changed: Changes, blow: Blow])[] = [
  ['an adapter, killed in the step that is the first with the edited rewards', changes, ['phase', 5]],
  ['an adapter, killed two steps later', changes, ['phase', 7]],
  // Goes back to the checkpoint of step 3, and comes to the change once more.
  ['all weights, killed after the change', { ...changes, full: true, checkpoint: { every: 3 } }, ['step', 5]],
];
for (const [title, { lora, ...others }, blow] of kills)
  test(`${title}, is the run that was not killed`, HANG_LIMIT, async () => {
    const project = await makeProject('llama');
    const changed: Changes = others.full === true || lora === undefined ? others : { ...others, lora };
    const original = readFileSync(join(project.folder, 'rewards.ts'), 'utf8');
    writeEdited(project);
    const { dir } = await swappedRun(project, changed, 5);
    unedit(project, original);
    const killed = await killedRun(project, changed, 5, blow);
    assertSameRun(recordOf(killed), recordOf(dir));
    assert.deepEqual(versionsOf(killed), versionsOf(dir));
  });

test('a change that cannot be made as it was is not made as anything else', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  writeEdited(project);
  const changed: Changes = {
    rewards: [reward('digits')],
    full: true,
    training: { steps: 6 },
    checkpoint: { every: 3 },
  };
  const { dir } = await train(project, changed, {
    beforeStep: async (count, swap) => {
      if (count !== 5) return;
      save(project);
      await swap();
    },
    onEvent: (event, stop) => {
      if (event.event === 'step' && event.step === 5) stop();
    },
  });
  const [version] = versionsOf(dir);
  assert.ok(version);
  // Neither the file of the project nor what the run keeps is what it was.
  for (const file of [join(project.folder, 'rewards.ts'), join(dir, version.entry)])
    writeFileSync(file, 'export const digits = () => 1;\n');
  await assert.rejects(resume(dir), {
    name: 'UserError',
    message: /cannot be continued: the reward digits that took over at step 5/,
  });
});

test('rewards recorded by other code are not taken over when a step is computed again', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const text = readFileSync(join(project.folder, 'rewards.ts'), 'utf8');
  const random: Changes = {
    full: true,
    rewards: [reward('random')],
    training: { steps: 4 },
    evaluation: { every: 0 },
    checkpoint: { every: 2 },
  };
  const { dir } = await train(project, random, {
    onEvent: (event, stop) => {
      if (event.event === 'step' && event.step === 3) stop();
    },
  });
  const resumed = await resume(dir, {
    beforeStep: async (count, swap) => {
      if (count !== 1) return;
      writeFileSync(join(project.folder, 'rewards.ts'), text.replace('() => Math.random()', '() => 2'));
      assert.equal((await swap()).fromStep, 3);
    },
  });
  assert.equal(resumed.outcome, 'finished');
  for (const step of [3, 4]) assert.equal(metricsOf(recordOf(dir), step)['rewards/random/mean'], 2);
});
