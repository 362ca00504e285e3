/** What happens to a run when its engine, or what the engine was made of, is suddenly gone. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunReader } from '../../src/engine/run/reader.ts';
import { heldBy } from '../support/held.ts';
import { isRunning, until } from '../support/processes.ts';
import { assertSameRun, recordOf } from '../support/runRecord.ts';
import * as shortOfMemory from '../support/shortOfMemory.ts';
import {
  HANG_LIMIT,
  makeProject,
  reward,
  runsDir,
  train,
  writeExperiment,
  type Changes,
} from '../support/trainingProject.ts';
import { Client } from './client.ts';
import { endOf, installedCopy, outputOf, startSession } from './engineSession.ts';

/** Processes whose parent is `pid`. */
function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return rows.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}

test('an engine that is killed leaves no process and a run that goes on', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const changes: Changes = { threads: 1, training: { steps: 8 }, evaluation: { every: 3 } };
  const expected = recordOf((await train(project, changes)).dir);
  const experimentPath = writeExperiment(project, changes);
  const session = startSession({ kind: 'train', experimentPath, overrides: [], runsDir: runsDir(project) });
  const client = await Client.welcome(session);
  const { message } = await client.untilEvent(({ event }) => event === 'started');
  const runDir = message.type === 'event' && message.event.event === 'started' ? message.event.runDir : '';
  const children = childrenOf(session.pid);
  assert.ok(children.length >= 2, 'compute and grader');
  for (const pid of [session.pid, ...children])
    assert.equal(getPriority(pid), constants.priority.PRIORITY_BELOW_NORMAL, 'the editor comes first');
  process.kill(session.pid, 'SIGKILL');
  await session.ended;
  await until(() => !children.some(isRunning));
  assert.equal(endOf(session), null);
  const reader = RunReader.open(runDir);
  const { status, crashed } = reader.state();
  reader.close();
  assert.deepEqual({ status, crashed }, { status: 'stopped', crashed: true });

  const next = startSession({ kind: 'resume', runDir });
  const [welcome] = (await Client.welcome(next)).messages;
  assert.equal(welcome?.type === 'welcome' && welcome.runDir, runDir, 'which run it is, is known at once');
  assert.equal((await next.ended).code, 0, outputOf(next));
  assertSameRun(recordOf(runDir), expected);
});

test('an engine whose compute process is killed fails and says why', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const experimentPath = writeExperiment(project, {
    threads: 1,
    training: { steps: 100_000 },
    rewards: [],
    method: 'sft',
    dataset: { source: 'train.jsonl' },
    evaluation: { every: 0 },
  });
  const session = startSession({ kind: 'train', experimentPath, overrides: [], runsDir: runsDir(project) });
  const client = await Client.welcome(session);
  await client.untilEvent(({ event }) => event === 'step');
  for (const child of childrenOf(session.pid)) process.kill(child, 'SIGKILL');
  const { message } = await client.untilState('ended');
  assert.ok(message.type === 'status' && message.status.state === 'ended');
  assert.equal(message.status.outcome, 'failed');
  assert.match(message.status.message ?? '', /compute process was ended by SIGKILL\. If nobody/);
  assert.equal((await session.ended).code, 1);
  assert.notEqual(outputOf(session), '');
});

test('what the user can mend is said in a sentence', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const experimentPath = writeExperiment(project, { threads: 1 });
  appendFileSync(join(project.folder, 'rewards.ts'), 'export const broken = ;\n');
  const session = startSession({ kind: 'train', experimentPath, overrides: [], runsDir: runsDir(project) });
  assert.equal((await session.ended).code, 1);
  assert.match(
    endOf(session)?.message ?? '',
    /^The reward file .*rewards\.ts cannot be loaded:\n {2}rewards\.ts:\d+:23: /,
  );
});

test('an error that nobody expected ends the engine, which says so', HANG_LIMIT, async () => {
  const session = startSession({ kind: 'serve' }, { door: join(import.meta.dirname, 'throwing.ts') });
  const client = await Client.welcome(session);
  writeFileSync(join(session.dir, 'throw'), '');
  const { message } = await client.untilState('ended');
  assert.ok(message.type === 'status' && message.status.state === 'ended');
  assert.equal(message.status.outcome, 'failed');
  assert.match(message.status.message ?? '', /^out of nowhere \(.*engine\.out has more\.\)$/);
  assert.equal((await session.ended).code, 1);
  assert.match(outputOf(session), /Error: out of nowhere\n +at .*throwing\.ts/);
});

/** In Python: ends its process the first time that the other reward holds. */
const ENDS_ONCE = `
import os
folder = os.path.dirname(os.path.abspath(__file__))
def ends(completions, **kwargs):
    ended = os.path.join(folder, "ended")
    if os.path.exists(os.path.join(folder, "hold")) and not os.path.exists(ended):
        open(ended, "w").close()
        os._exit(3)
    return [1] * len(completions)
`;

test('an engine goes on when the folder that it was started from is gone', HANG_LIMIT, async () => {
  const installed = installedCopy();
  const project = await makeProject('gpt2');
  const changes: Changes = {
    threads: 1,
    rewards: [
      { ...reward('holds'), timeout: 1 },
      { file: 'ends.py', function: 'ends' },
    ],
    training: { steps: 6 },
    evaluation: { every: 3 },
  };
  writeFileSync(join(project.folder, 'ends.py'), ENDS_ONCE);
  const session = startSession(
    { kind: 'train', experimentPath: writeExperiment(project, changes), overrides: [], runsDir: runsDir(project) },
    { door: join(installed, 'main.js') },
  );
  const client = await Client.welcome(session);
  const { message: started } = await client.untilEvent(({ event }) => event === 'started');
  rmSync(installed, { recursive: true });
  // A grader that hangs is replaced by a new process.
  const hold = join(project.folder, 'hold');
  writeFileSync(hold, '');
  await until(() => heldBy(project.folder) !== null);
  const first = heldBy(project.folder);
  await until(() => ![null, first].includes(heldBy(project.folder)) || !isRunning(session.pid));
  // That of the reward in Python ends by itself.
  const ended = join(project.folder, 'ended');
  await until(() => existsSync(ended) || !isRunning(session.pid));
  rmSync(hold);
  assert.equal((await session.ended).code, 0, outputOf(session));
  assert.ok(
    client.events.some((event) => event.event === 'warning' && event.message.includes('Its process was replaced')),
  );
  assert.ok(existsSync(ended), 'the process of the reward in Python was replaced, too');
  assert.ok(started.type === 'event' && started.event.event === 'started');
  const reader = RunReader.open(started.event.runDir);
  for (const { rewards } of reader.completionsOfStep(6)) assert.deepEqual(rewards['ends'], { value: 1 });
  reader.close();
});

test('one that would need more of that folder says that the run is to be resumed', HANG_LIMIT, async () => {
  const installed = installedCopy();
  const project = await makeProject('gpt2');
  // The compute process is to begin again.
  const { dir: runDir } = await train(project, shortOfMemory.changes, {
    onEvent: (event, stop) => {
      if (event.event === 'step') stop();
    },
  });
  const session = startSession(
    { kind: 'resume', runDir },
    { door: join(installed, 'main.js'), limits: { memoryBytes: shortOfMemory.LIMIT_BYTES } },
  );
  const client = await Client.welcome(session);
  await client.untilEvent(({ event }) => event === 'started');
  rmSync(installed, { recursive: true });
  assert.equal((await session.ended).code, 1, outputOf(session));
  assert.match(endOf(session)?.message ?? '', /^RLVR-Ops was updated or removed while .* Resume the run/);
});
