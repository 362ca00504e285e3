/** Two versions of a reward on a run's completions, scored by a real engine: when the file is saved, and by what the run keeps. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { summaryText } from '../../src/engine/analysis/rewards/rewardDiffWords.ts';
import type { RewardDiff } from '../../src/engine/analysis/rewards/rewardDiff.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { Emitter } from '../../src/extension/common/event.ts';
import { RunData } from '../../src/extension/data/runData.ts';
import { CompareOnSave, type SavedText } from '../../src/extension/rewardDiffs/compareOnSave.ts';
import { KeptComparisons, type ComparisonsMemory } from '../../src/extension/rewardDiffs/keptComparisons.ts';
import { RewardDiffs } from '../../src/extension/rewardDiffs/rewardDiffs.ts';
import { finishedRun } from '../panels/outputsRuns.ts';
import { planFor } from '../panels/rewardDiffScores.ts';
import { HANG_LIMIT, makeProject, reward, train } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';

/** Rewards of the rollouts, in groups. */
function recordedGroups(runDir: string): (number | null)[][] {
  const reader = RunReader.open(runDir);
  const groups = new Map<string, (number | null)[]>();
  for (const step of [1, 2])
    for (const { key, purpose, reward: recorded } of reader.completionsOfStep(step)) {
      if (purpose !== 'rollout') continue;
      const name = [step, key.problem, key.occurrence, key.round].join();
      groups.set(name, [...(groups.get(name) ?? []), recorded]);
    }
  reader.close();
  return [...groups.values()];
}

function compared(outcome: RewardDiff | string): RewardDiff {
  return typeof outcome === 'string' ? assert.fail(outcome) : outcome;
}

function failure(outcome: RewardDiff | string): string {
  return typeof outcome === 'string' ? outcome : assert.fail('it was compared');
}

const isAlive = (group: readonly (number | null)[]): boolean => new Set(group).size > 1;

test('a saved reward is compared with the one before it, and with what a run keeps', HANG_LIMIT, async (t) => {
  const sessionsDir = makeSessionsFolder();
  const project = await makeProject('gpt2');
  const { dir: runDir } = await train(project, { rewards: [reward('digits')], training: { steps: 2 }, threads: 1 });
  const groups = recordedGroups(runDir);
  const all = groups.flat();
  const other = all.filter((value) => value !== 0).length;
  const alive = groups.filter(isAlive).length;
  assert.ok(other > 0 && alive > 0, 'the untrained model writes digits now and then');

  const { engines } = openWindow(t, sessionsDir);
  const data = new RunData();
  const memory: ComparisonsMemory = { comparisons: undefined };
  const diffs = new RewardDiffs(data, new KeptComparisons(memory));
  const saved = new Emitter<SavedText>();
  const shown: string[][] = [];
  let available = true;
  const comparing = new CompareOnSave({
    data,
    diffs,
    score: (question) => engines.questions.score(question),
    onDidSave: saved.event,
    shownRuns: () => [runDir, runDir],
    available: () => available,
    showReplaced: (title, texts) => Promise.resolve(void shown.push([title, ...texts.map(({ text }) => text)])),
  });
  const settled = (): Promise<RewardDiff | string> =>
    new Promise((resolve) => {
      const listening = diffs.onDidChange(() => {
        const now = diffs.shown(runDir);
        if (now === null || now.state === 'comparing') return;
        listening.dispose();
        resolve(diffs.get(runDir) ?? (now.state === 'failed' ? now.message : ''));
      });
    });
  const file = join(project.folder, 'rewards.ts');
  const original = readFileSync(file, 'utf8');
  const nothing = original.replace('completion ===', 'true || completion ===');
  const save = (text: string, byDelay = false): Promise<RewardDiff | string> => {
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, text);
    const waiting = settled();
    saved.fire({ path: file, before, byDelay });
    return waiting;
  };

  await t.test('every score that was not 0 changes, and every group that was alive dies', async () => {
    const diff = compared(await save(nothing));
    const { completions, changed, died, revived } = diff.counts;
    assert.deepEqual(
      { completions, changed, died, revived },
      { completions: all.length, changed: other, died: alive, revived: 0 },
    );
    const { rows, total } = await diffs.page(runDir, { change: 'died', page: 0 });
    assert.equal(rows.length, total);
    assert.ok(rows.every(({ title, after }) => title !== '' && after === 0));
    await diffs.showSource(runDir);
    assert.deepEqual(shown, [['rewards.ts, before and after saving', original]]);
  });

  await t.test('what was saved half-way is said, and the next save is compared with the last that worked', async () => {
    assert.match(failure(await save('export const = ;')), /rewards\.ts/);
    assert.equal(diffs.get(runDir), null);
    const diff = compared(await save(original));
    assert.deepEqual([diff.counts.changed, diff.counts.revived, diff.counts.died], [other, alive, 0]);
  });

  await t.test(
    'what the editor saves by itself is compared with the last that somebody saved, until that is cleared',
    async () => {
      const none = compared(await save(nothing, true)).counts;
      assert.deepEqual([none.changed, none.died], [other, alive]);
      assert.equal(compared(await save(original, true)).counts.changed, 0);
      diffs.clear(runDir);
      assert.equal(compared(await save(nothing, true)).counts.changed, other);
      diffs.clear(runDir);
    },
  );

  await t.test(
    'after a reload the same versions can be compared again, and what a save did is told of saves alone',
    async () => {
      const { died } = compared(await save(nothing)).counts;
      assert.equal(diffs.saved(runDir), diffs.get(runDir));
      const reloaded = new RewardDiffs(data, new KeptComparisons(memory));
      assert.deepEqual(reloaded.shown(runDir), { state: 'kept', title: 'rewards.ts, before and after saving' });
      assert.equal(reloaded.saved(runDir), null);
      const origin = reloaded.origin(runDir);
      assert.ok(origin?.kind === 'save');
      const again = settled();
      await comparing.again(runDir, origin.texts);
      assert.equal(compared(await again).counts.died, died);
      assert.equal(diffs.takeListing(runDir), true);
      diffs.clear(runDir);
      assert.equal(new RewardDiffs(data, new KeptComparisons(memory)).shown(runDir), null);
      await save(original);
    },
  );

  await t.test('a text that never worked is compared with what was recorded', async () => {
    writeFileSync(file, 'export const = ;');
    const diff = compared(await save(nothing));
    assert.equal(diff.counts.changed, other);
    assert.equal(diffs.shown(runDir)?.title, 'rewards.ts, as recorded and after saving');
  });

  await t.test('with what the run keeps every score stays, whatever the file says now', async () => {
    const version = await data.call('keptRewards', { dir: runDir });
    const stored = await data.call('groupSample', { dir: runDir, completions: 10_000 });
    const of = { kind: 'stored' as const, runDir, groups: stored };
    const scores = await engines.questions.score({ ...version, unsaved: [], live: false, of });
    const diff = await diffs
      .begin(planFor(runDir, { version }))
      .done({ groups: stored, before: null, after: { rewards: version.rewards, scores } });
    assert.equal(diff && summaryText(diff.counts), `All ${all.length} scores stay as they were`);
    assert.equal(diffs.versionOf(runDir), version);
  });

  await t.test('other files, and runs whose code may not be run, are left alone', async () => {
    const before = diffs.get(runDir);
    saved.fire({ path: join(project.folder, '..', 'elsewhere.ts'), before: '', byDelay: false });
    available = false;
    await assert.rejects(comparing.again(runDir, []), UserError);
    saved.fire({ path: file, before: '', byDelay: false });
    await data.call('runSources', { dir: runDir });
    assert.equal(diffs.get(runDir), before);
  });

  await assert.rejects(data.call('keptRewards', { dir: join(runDir, 'none') }), UserError);
  comparing.dispose();
  diffs.dispose();
  data.dispose();
});

test('several runs are compared one after the other, and what is saved again is compared at once', async () => {
  const runs = [finishedRun(1), finishedRun(1)];
  const data = new RunData();
  const diffs = new RewardDiffs(data, new KeptComparisons({ comparisons: undefined }));
  const saved = new Emitter<SavedText>();
  const asked = new Emitter<string>();
  const answers: (() => void)[] = [];
  const comparing = new CompareOnSave({
    data,
    diffs,
    score: ({ of }) => {
      asked.fire(of.kind === 'stored' ? of.runDir : '');
      return new Promise((_, reject) => answers.push(() => reject(new UserError('It was ended.'))));
    },
    onDidSave: saved.event,
    shownRuns: () => runs,
    available: () => true,
    showReplaced: () => Promise.resolve(),
  });
  const nextAsked = (): Promise<string> =>
    new Promise((resolve) => {
      const listening = asked.event((runDir) => {
        listening.dispose();
        resolve(runDir);
      });
    });
  const save = (): Promise<string> => {
    const next = nextAsked();
    saved.fire({ path: '/project/reward.ts', before: '', byDelay: false });
    return next;
  };
  const first = await save();
  const second = await save();
  assert.equal(second, first, 'the one that is worked on is overtaken');
  assert.equal(answers.length, 2, 'the other run waits for both');
  const other = nextAsked();
  for (const answer of answers) answer();
  assert.equal(
    await other,
    runs.find((run) => run !== first),
  );
  comparing.dispose();
  data.dispose();
});
