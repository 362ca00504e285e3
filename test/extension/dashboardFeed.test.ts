import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import {
  parseFromDashboard,
  type FromDashboard,
  type LiveState,
  type ToDashboard,
} from '../../src/engine/protocol/panels/dashboard.ts';
import { Emitter } from '../../src/extension/common/event.ts';
import { RunData } from '../../src/extension/data/runData.ts';
import { DashboardSession, type DashboardActions } from '../../src/extension/panels/dashboard.ts';
import { temporaryFolder } from '../run/samples.ts';
import {
  EVALUATE_EVERY,
  evaluateLate,
  finish,
  finishedRun,
  rewardAt,
  startRun,
  warn,
  writeSteps,
} from '../support/dashboardRuns.ts';
import { signalRun } from '../support/signalRuns.ts';

type Message<Type extends ToDashboard['type']> = Extract<ToDashboard, { type: Type }>;

const data = new RunData();
after(() => data.dispose());

/** The host's side of a tab, with what it told its script. */
function openTab(live: LiveState | null = null) {
  const posted: ToDashboard[] = [];
  const asked: unknown[] = [];
  const changed = new Emitter<string>();
  let heard = new Emitter<void>();
  const done = new Emitter<string>();
  const folder = temporaryFolder();
  const actions: DashboardActions = {
    act: (action, runDir) => void asked.push([action, runDir]),
    pickFile: (name, format) => Promise.resolve(join(folder, `${name}.${format}`)),
    write: (file, contents) => Promise.resolve(void asked.push([file, contents])),
    saved: (file) => done.fire(file),
    openGroups: (runDir, selection) => Promise.resolve(void asked.push([runDir, selection])),
    openSetting: (runDir, path) => Promise.resolve(void asked.push([runDir, path])),
    openReward: (runDir, name) => Promise.resolve(void asked.push([runDir, name])),
    diffRewards: (runDir, step) => Promise.resolve(void asked.push([runDir, step])),
    showError: (error) => void asked.push(error),
  };
  const session = new DashboardSession(
    { data, live: { stateOf: () => live, onDidChange: changed.event }, actions },
    {
      post: (message) => {
        posted.push(message);
        heard.fire();
      },
      setTitle: () => {},
    },
  );
  const of = <Type extends ToDashboard['type']>(type: Type): Message<Type>[] =>
    posted.filter((message): message is Message<Type> => message.type === type);
  /** The first message of a kind, of those that came and will come, for which something holds. */
  const next = <Type extends ToDashboard['type']>(
    type: Type,
    holds: (message: Message<Type>) => boolean = () => true,
  ): Promise<Message<Type>> =>
    new Promise((resolve) => {
      const listening = { done: false };
      const look = (): void => {
        const found = listening.done ? undefined : of(type).find(holds);
        if (found === undefined) return;
        listening.done = true;
        resolve(found);
      };
      heard.event(look);
      look();
    });
  const say = (message: unknown): void => {
    const parsed = parseFromDashboard(message);
    if (parsed !== null) session.receive(parsed);
  };
  const forget = (): void => {
    posted.length = 0;
    heard = new Emitter();
  };
  /** The next file that is written. */
  const saved = (): Promise<string> => new Promise((resolve) => done.event(resolve));
  return { session, posted, asked, of, next, say, forget, changed, saved };
}

async function shown(tab: ReturnType<typeof openTab>, runDir: string, metrics: readonly string[]): Promise<number> {
  tab.session.setRun(runDir);
  tab.session.show();
  const { generation } = await tab.next('run');
  tab.say({ type: 'show', generation, metrics });
  await tab.next('points');
  return generation;
}

test('a run from the beginning: what it is, its evaluations, and the points that are asked for', async () => {
  const tab = openTab();
  const dir = finishedRun(100);
  warn(dir, 'the reward failed');
  const generation = await shown(tab, dir, ['reward', 'nothing like it']);
  const [{ run, metrics, status } = assert.fail()] = tab.of('run');
  assert.deepEqual(
    [run.experiment, run.method, run.steps, run.rewards],
    ['apples', 'grpo', 100, ['correct', 'format']],
  );
  assert.ok(metrics.includes('my/own metric'));
  assert.deepEqual([status.status, status.lastStep, status.seconds], ['finished', 100, 200]);
  assert.equal(tab.of('evaluations')[0]?.evaluations.length, 100 / EVALUATE_EVERY + 1);
  const [{ series, lastStep } = assert.fail()] = tab.of('points');
  assert.equal(lastStep, 100);
  assert.deepEqual(
    series.map(({ metric, mean }) => [metric, mean.length]),
    [
      ['reward', 100],
      ['nothing like it', 0],
    ],
  );
  assert.equal(series[0]?.mean[49], rewardAt(50));
  const { words } = await tab.next('words');
  assert.match(words.find(({ metric }) => metric === 'reward')?.summary ?? '', /^Reward rose/);
  assert.ok(words.some(({ metric }) => metric === 'eval/accuracy'));
  assert.equal((await tab.next('warnings')).warnings[0]?.message, 'the reward failed');
  const { sentences } = await tab.next('outcome');
  assert.match(sentences[0] ?? '', /^Held-out accuracy went from 0\.0 % to 66\.7 %, on 40 problems: .* \[.*\]/);
  assert.ok(tab.posted.every((message) => !('generation' in message) || message.generation === generation));
  tab.session.dispose();
});

test('what a run adds is added, a step once', async () => {
  const writer = startRun(400);
  writeSteps(writer, 0, 10);
  const tab = openTab();
  const generation = await shown(tab, writer.dir, ['reward']);
  writeSteps(writer, 11, 12);
  const first = await tab.next('added');
  writeSteps(writer, 13, EVALUATE_EVERY);
  await tab.next('evaluations', ({ evaluations }) => evaluations.length === 2);
  const steps = tab.of('added').flatMap(({ series }) => series.flatMap((points) => Array.from(points.steps)));
  assert.deepEqual([first.generation, steps], [generation, Array.from({ length: 10 }, (_, index) => 11 + index)]);
  await tab.next('status', ({ status }) => status.lastStep === EVALUATE_EVERY && status.status === 'running');
  finish(writer);
  await tab.next('status', ({ status }) => status.status === 'finished');
  await tab.next('outcome', ({ sentences }) => sentences.length > 0);
  tab.session.dispose();
});

test('a run that goes back is told anew, and what was asked of the old one is not answered', async () => {
  const writer = startRun(400);
  writeSteps(writer, 0, 60);
  const tab = openTab();
  const before = await shown(tab, writer.dir, ['reward']);
  writer.rewind(40);
  const again = await tab.next('run', ({ generation }) => generation !== before);
  assert.equal(again.status.lastStep, 40);
  tab.forget();
  tab.say({ type: 'show', generation: before, metrics: ['loss'] });
  tab.say({ type: 'show', generation: again.generation, metrics: ['reward'] });
  const points = await tab.next('points');
  assert.deepEqual([points.generation, points.lastStep], [again.generation, 40]);
  assert.equal(tab.of('points').length, 1);
  finish(writer);
  tab.session.dispose();
});

test('an evaluation after the end is shown, and so is one in its place', async () => {
  const dir = finishedRun(20);
  const tab = openTab();
  await shown(tab, dir, ['reward']);
  await tab.next('outcome');
  for (const correct of [3, 4]) {
    tab.forget();
    evaluateLate(dir, 20, correct);
    const { evaluations } = await tab.next('evaluations');
    assert.deepEqual(
      evaluations.filter(({ split }) => split === 'test').map((evaluation) => evaluation.correct),
      [correct],
    );
    await tab.next('outcome');
  }
  tab.session.dispose();
});

test('a part of a long run has every step of it', async () => {
  const writer = startRun(10_000);
  for (let step = 0; step <= 10_000; step += 1000) writeSteps(writer, step, Math.min(10_000, step + 999));
  const tab = openTab();
  const generation = await shown(tab, finish(writer), ['reward']);
  const [whole = assert.fail()] = tab.of('points')[0]?.series ?? [];
  assert.ok(whole.steps.length <= 4000 && whole.stepsPerPoint > 1);
  tab.say({ type: 'detail', generation, metrics: ['reward'], from: 5000, to: 5099 });
  const { series, from, to } = await tab.next('detail');
  assert.deepEqual([from, to, series[0]?.stepsPerPoint, series[0]?.steps.length], [5000, 5099, 1, 100]);
  assert.equal(series[0]?.mean[0], rewardAt(5000));
  tab.session.dispose();
});

test('hidden, it is told nothing, and visible again, everything', async () => {
  const writer = startRun(400);
  writeSteps(writer, 0, 10);
  const tab = openTab();
  await shown(tab, writer.dir, ['reward']);
  tab.session.hide();
  tab.forget();
  writeSteps(writer, 11, 20);
  tab.session.show();
  const run = await tab.next('run');
  assert.equal(run.status.lastStep, 20);
  assert.equal(tab.of('added').length, 0);
  finish(writer);
  tab.session.dispose();
});

test('no run, and a run that cannot be read', async () => {
  const tab = openTab();
  tab.session.setRun(null);
  tab.session.show();
  await tab.next('empty');
  tab.session.setRun(temporaryFolder());
  const { message } = await tab.next('unreadable');
  assert.match(message, /is not a run folder/);
  tab.session.dispose();
});

test('a run that was moved away and comes back is shown again', async () => {
  const dir = finishedRun(20);
  const tab = openTab();
  const generation = await shown(tab, dir, ['reward']);
  const trashed = await data.call('moveToTrash', { dir });
  await tab.next('unreadable');
  await data.call('restoreFromTrash', { trashed, dir });
  await tab.next('run', (run) => run.generation !== generation);
  tab.session.dispose();
});

test('the phase of the moment comes from the engine', async () => {
  const live: LiveState = { state: 'working', phase: { phase: 'rollout', step: 11, done: 1, total: 4 } };
  const writer = startRun(400);
  writeSteps(writer, 0, 10);
  const tab = openTab(live);
  await shown(tab, writer.dir, ['reward']);
  tab.changed.fire(writer.dir);
  assert.deepEqual((await tab.next('status')).status.live, live);
  finish(writer);
  tab.session.dispose();
});

test('buttons and files are for the editor', async () => {
  const dir = finishedRun(20);
  const tab = openTab();
  await shown(tab, dir, ['reward']);
  tab.say({ type: 'action', action: 'openOutputs' });
  assert.deepEqual(tab.asked, [['openOutputs', dir]]);
  const picture = tab.saved();
  tab.say({ type: 'saveFile', format: 'svg', name: 'reward', data: '<svg/>' });
  const file = await picture;
  assert.match(file, /reward\.svg$/);
  assert.deepEqual(tab.asked[1], [file, '<svg/>']);
  const values = tab.saved();
  tab.say({ type: 'saveValues', name: 'reward', metrics: ['reward', 'loss'] });
  const [head, ...rows] = readFileSync(await values, 'utf8')
    .trimEnd()
    .split('\n');
  assert.equal(head, 'step,reward,loss');
  assert.equal(rows.length, 21);
  assert.equal(rows[20]?.split(',')[1], String(rewardAt(20)));
  tab.session.dispose();
});

test('groups without signal and signs of hacking are told, and lead to where they are', async () => {
  const dir = signalRun({ steps: 100, hacked: true });
  const tab = openTab();
  await shown(tab, dir, ['reward']);
  const { report, signs } = await tab.next('signal');
  assert.equal(report?.dead, 70);
  assert.deepEqual(
    signs.map(({ kind }) => kind),
    ['accuracyFalls'],
  );
  const groups = report.causes[0]?.groups ?? [];
  const selection = { scope: { purpose: 'rollout', split: 'train' }, title: 'all right', groups };
  tab.say({ type: 'openGroups', selection });
  tab.say({ type: 'openSetting', path: ['rewards', 0, 'weight'] });
  tab.say({ type: 'openReward', name: 'right' });
  assert.deepEqual(tab.asked, [
    [dir, selection],
    [dir, ['rewards', 0, 'weight']],
    [dir, 'right'],
  ]);
  tab.session.dispose();
});

test('messages that no script of ours says are ignored', () => {
  const good: FromDashboard = { type: 'show', generation: 1, metrics: ['reward'] };
  assert.deepEqual(parseFromDashboard(good), good);
  const bad: readonly unknown[] = [
    ...[null, undefined, 'show', 7, [], {}, { type: 'show' }, { ...good, generation: 'x' }, { ...good, metrics: [1] }],
    ...[{ ...good, more: true }, { type: 'action', action: 'format the disk' }, { type: 'action' }],
    ...[
      { ...good, metrics: Array.from({ length: 5000 }, () => 'a') },
      { ...good, metrics: ['a'.repeat(10_000)] },
    ],
    ...[
      { type: 'detail', generation: 1, metrics: [], from: NaN, to: 1 },
      { type: 'saveValues', name: 7, metrics: [] },
    ],
    ...[
      { type: 'saveFile', format: 'exe', name: 'a', data: '' },
      { type: 'saveFile', format: 'png', name: 'a', data: {} },
    ],
    ...[
      { type: 'openSetting', path: [] },
      { type: 'openSetting', path: ['a', -1] },
      { type: 'openSetting', path: Array.from({ length: 100 }, () => 'a') },
      { type: 'openReward', name: 7 },
      { type: 'openGroups', selection: { scope: { purpose: 'rollout', split: 'train' }, title: 'none', groups: [] } },
      {
        type: 'openGroups',
        selection: { scope: { purpose: 'rollout' }, title: 'a', groups: [{ problem: 1, step: 1 }] },
      },
    ],
  ];
  for (const message of bad) assert.equal(parseFromDashboard(message), null, JSON.stringify(message));
});

test('whatever is said, nothing is thrown', () => {
  const types = fc.constantFrom(
    'show',
    'again',
    'detail',
    'action',
    'saveFile',
    'saveValues',
    'openGroups',
    'openSetting',
    '__proto__',
  );
  const records = fc.record({
    ...{ type: types, generation: fc.anything(), metrics: fc.anything(), action: fc.anything() },
    ...{ path: fc.anything(), selection: fc.anything() },
  });
  fc.assert(
    fc.property(fc.oneof(fc.anything(), records), (message) => void parseFromDashboard(message)),
    { numRuns: 5000 },
  );
});
