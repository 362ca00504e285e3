/** What engines leave behind, and what a window makes of it when it opens. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  END_FILE,
  ENDPOINT_FILE,
  endpointSchema,
  LAUNCH_FILE,
  LINK_VERSION,
  OUTPUT_FILE,
  type Endpoint,
  type Job,
  type Launch,
} from '../../src/engine/protocol/link.ts';
import {
  claimStart,
  createSession,
  newSessionDir,
  readSession,
  readStarts,
  retireSession,
} from '../../src/extension/engine/session.ts';
import { isRunning, until } from '../support/processes.ts';
import { HANG_LIMIT, makeProject } from '../support/trainingProject.ts';
import { LONG, makeSessionsFolder, openWindow, processTree, trainJob, type Window } from '../support/windowEngines.ts';

const LEASE = { whenAlone: 'finish', minutes: 1 } as const;
const DAY_MS = 24 * 60 * 60_000;

let folders = 0;

/** The folder of an engine that was started long ago; `endpoint` is what it said of itself. */
function writeSession(sessionsDir: string, job: Job, endpoint: Partial<Endpoint> | null): string {
  const id = `old-${folders++}`;
  const dir = join(sessionsDir, id);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const launch: Launch = { id, secret: 's'.repeat(64), job, lease: LEASE };
  writeFileSync(join(dir, LAUNCH_FILE), JSON.stringify(launch), { mode: 0o600 });
  writeFileSync(join(dir, 'start-0'), JSON.stringify({ lastStep: null, at: '2020-01-01T00:00:00.000Z' }));
  writeFileSync(join(dir, OUTPUT_FILE), 'the last words\n');
  if (endpoint !== null) {
    const whole: Endpoint = {
      linkVersion: LINK_VERSION,
      engineVersion: '0.1.0',
      pid: 2 ** 22 + 1,
      address: join(dir, 'nobody-listens'),
      startedAt: '2020-01-01T00:00:01.000Z',
      ...endpoint,
    };
    writeFileSync(join(dir, ENDPOINT_FILE), JSON.stringify(whole));
  }
  return dir;
}

function age(dir: string, ms: number): void {
  const then = new Date(Date.now() - ms);
  utimesSync(dir, then, then);
}

const RESUME: Job = { kind: 'resume', runDir: '/runs/one' };

test(
  'an engine that died while no window was there is told in one window, once, and not resumed by itself',
  HANG_LIMIT,
  async (t) => {
    const sessionsDir = makeSessionsFolder();
    const dir = writeSession(sessionsDir, RESUME, {});
    const windows: Window[] = [1, 2].map(() => openWindow(t, sessionsDir, { lastStep: () => Promise.resolve(7) }));
    for (const { engines } of windows) await engines.attachAll();
    const told = windows.flatMap(({ ended }) => ended);
    assert.deepEqual(
      told.map(({ end }) => end),
      [
        {
          outcome: 'failed',
          message: 'The engine ended unexpectedly: its process is gone. It printed last: the last words',
          resumable: true,
          crashed: true,
          unseen: true,
        },
      ],
    );
    assert.equal(told[0]?.handle.runDir, '/runs/one');
    assert.deepEqual(
      windows.flatMap(({ engines, resumed }) => [...engines.handles, ...resumed]),
      [],
    );
    // What it printed can still be read, and is nobody's engine any more.
    assert.deepEqual(readdirSync(dir), [OUTPUT_FILE]);
    age(dir, 2 * DAY_MS);
    await openWindow(t, sessionsDir).engines.attachAll();
    assert.ok(!existsSync(dir));
  },
);

test('a process that was given the number of a dead engine is not taken for it', HANG_LIMIT, async (t) => {
  const sessionsDir = makeSessionsFolder();
  writeSession(sessionsDir, RESUME, { pid: process.pid });
  const { engines, ended } = openWindow(t, sessionsDir);
  await engines.attachAll();
  assert.equal(ended[0]?.end.crashed, true);
  assert.deepEqual(engines.handles, []);
});

test('an engine that another window is starting is waited for', HANG_LIMIT, async (t) => {
  const sessionsDir = makeSessionsFolder();
  writeSession(sessionsDir, RESUME, null);
  const { engines, ended } = openWindow(t, sessionsDir);
  await engines.attachAll();
  assert.deepEqual(
    engines.handles.map(({ state }) => state.state),
    ['starting'],
  );
  await engines.handles[0]?.stop();
  assert.equal(ended[0]?.end.outcome, 'stopped');
});

test('what is of other folders, or of no engine, is left alone, and swept when it is old', HANG_LIMIT, async (t) => {
  const sessionsDir = makeSessionsFolder();
  const foreign = writeSession(sessionsDir, { kind: 'resume', runDir: '/elsewhere' }, {});
  const service = writeSession(sessionsDir, { kind: 'serve' }, {});
  const alive = writeSession(sessionsDir, { kind: 'serve' }, { pid: process.pid });
  const damaged = join(sessionsDir, 'damaged');
  mkdirSync(damaged);
  writeFileSync(join(damaged, LAUNCH_FILE), '{"id": 7, "__proto__": {}}');
  writeFileSync(join(sessionsDir, 'a-file'), '');
  const { engines, ended } = openWindow(t, sessionsDir, { isOurs: () => false });
  const all = [foreign, service, alive, damaged];

  await engines.attachAll();
  assert.deepEqual(
    all.filter((dir) => existsSync(dir)),
    all,
  );
  for (const dir of all) age(dir, 2 * DAY_MS);
  await engines.attachAll();
  assert.deepEqual(
    all.filter((dir) => existsSync(dir)),
    [foreign, alive],
  );
  age(foreign, 31 * DAY_MS);
  await engines.attachAll();
  assert.ok(!existsSync(foreign));
  assert.deepEqual(ended, []);
});

test('an end is claimed by one, and so is a start', async () => {
  const session = await createSession(newSessionDir(makeSessionsFolder()), RESUME, LEASE);
  const claims = await Promise.all([1, 2, 3].map((step) => claimStart(session, 0, step)));
  assert.equal(claims.filter(Boolean).length, 1);
  assert.equal((await readStarts(session)).length, 1);
  const notAFolder = { ...session, dir: join(session.dir, LAUNCH_FILE) };
  await assert.rejects(claimStart(notAFolder, 0, null), { code: 'ENOTDIR' }, 'nobody has what cannot be had');
  const retired = await Promise.all([1, 2, 3].map(() => retireSession(session, false)));
  assert.equal(retired.filter(Boolean).length, 1);
  assert.ok(!existsSync(session.dir));
  assert.equal(await claimStart(session, 1, null), false, 'the session has ended');
});

test(
  'the socket of an engine goes with its session, and nothing else that is called its address',
  { skip: process.platform === 'win32' },
  async (t) => {
    const sessionsDir = makeSessionsFolder();
    const [socket, file] = [join(sessionsDir, 'socket'), join(sessionsDir, 'file')];
    const server = createServer().listen(socket);
    t.after(() => server.close());
    await once(server, 'listening');
    writeFileSync(file, 'mine');
    for (const address of [socket, file]) {
      const dir = writeSession(sessionsDir, RESUME, { address });
      await retireSession((await readSession(dir)) ?? assert.fail(), true);
    }
    assert.ok(!existsSync(socket));
    assert.equal(readFileSync(file, 'utf8'), 'mine');
  },
);

test('a host that is killed leaves its engine to the lease, and then nothing', HANG_LIMIT, async () => {
  const sessionsDir = makeSessionsFolder();
  const project = await makeProject('gpt2');
  const host = fork(join(import.meta.dirname, '../support/dyingHost.ts'), [
    sessionsDir,
    JSON.stringify(trainJob(project, LONG)),
  ]);
  const id: unknown = (await once(host, 'message')).at(0);
  const dir = join(sessionsDir, String(id));
  const { pid } = endpointSchema.parse(JSON.parse(readFileSync(join(dir, ENDPOINT_FILE), 'utf8')));
  const processes = processTree(pid);
  assert.ok(statSync(dir).isDirectory());
  host.kill('SIGKILL');
  await until(() => !processes.some(isRunning));
  assert.ok(existsSync(join(dir, END_FILE)));
});
