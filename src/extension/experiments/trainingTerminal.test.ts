import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from '../../engine/protocol/events.ts';
import { Emitter } from '../common/event.ts';
import { deferred } from '../engine/deferred.ts';
import type { RunEnd, StartedRun } from './startedRun.ts';
import { TrainingTerminal } from './trainingTerminal.ts';

interface Fake {
  readonly run: StartedRun;
  readonly events: Emitter<EngineEvent>;
  readonly end: (end: RunEnd) => void;
  readonly stops: () => number;
}

function fakeRun(): Fake {
  const events = new Emitter<EngineEvent>();
  const ended = deferred<RunEnd>();
  let stops = 0;
  const run = { onEvent: events.event, ended: ended.promise, stop: () => void (stops += 1) };
  return { run, events, end: ended.resolve, stops: () => stops };
}

function open(start: () => Promise<StartedRun>): {
  readonly terminal: TrainingTerminal;
  readonly written: string[];
  readonly closed: Promise<number>;
} {
  const terminal = new TrainingTerminal('demo', start);
  const written: string[] = [];
  terminal.onDidWrite((text) => written.push(text));
  const closed = new Promise<number>((resolve) => terminal.onDidClose(resolve));
  terminal.open();
  return { terminal, written, closed };
}

const started: EngineEvent = { event: 'started', runDir: '/w/r1', id: 'r1', steps: 2 };

test('a terminal shows the lines of the command line, and ends with the exit code', async () => {
  const { run, events, end } = fakeRun();
  const { written, closed } = open(() => Promise.resolve(run));
  await Promise.resolve();
  events.fire(started);
  events.fire({ event: 'step', step: 1, metrics: { reward: 0.25 } });
  end({ exitCode: 0, lines: ['It learned.', 'Run  /w/r1'] });
  assert.equal(await closed, 0);
  assert.deepEqual(written, [
    'demo  run r1\r\n',
    'step 1/2  reward 0.250\r\n',
    'It learned.\r\n',
    'Run  /w/r1\r\n',
    '\r\n',
  ]);
});

test('what cannot be started says why, line by line, without control characters', async () => {
  const { written, closed } = open(() => Promise.reject(new Error('a.rlvr.json:3:1  model\nb\u001b[2J')));
  assert.equal(await closed, 1);
  assert.deepEqual(written, ['a.rlvr.json:3:1  model\r\n', 'b [2J\r\n', '\r\n']);
});

test('Ctrl-C stops once; other keys do nothing', async () => {
  const { run, end, stops } = fakeRun();
  const { terminal, written, closed } = open(() => Promise.resolve(run));
  await Promise.resolve();
  terminal.handleInput('x');
  assert.equal(stops(), 0);
  terminal.handleInput('\u0003');
  terminal.handleInput('\u0003');
  assert.equal(stops(), 1);
  end({ exitCode: 130, lines: ['Stopped.'] });
  assert.equal(await closed, 130);
  assert.deepEqual(written, ['Stopping ...\r\n', 'Stopped.\r\n', '\r\n']);
});

test('a terminal that is closed while the engine starts stops it as soon as there is one', async () => {
  const { run, end, stops } = fakeRun();
  const starting = deferred<StartedRun>();
  const { terminal, closed } = open(() => starting.promise);
  terminal.close();
  starting.resolve(run);
  end({ exitCode: 130, lines: [] });
  assert.equal(await closed, 130);
  assert.equal(stops(), 1);
});
