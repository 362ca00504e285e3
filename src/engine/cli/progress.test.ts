import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { EngineEvent } from '../protocol/events.ts';
import { createProgress, type Clock, type Progress } from './progress.ts';

interface Display {
  readonly progress: Progress;
  readonly writes: string[];
  readonly at: (milliseconds: number) => void;
  readonly tick: () => void;
}

function display(options: {
  readonly isTTY: boolean;
  readonly json?: boolean;
  readonly env?: Record<string, string>;
}): Display {
  const writes: string[] = [];
  let now = 0;
  let tick = (): void => {};
  const clock: Clock = {
    now: () => now,
    every: (_, callback) => {
      tick = callback;
      return () => (tick = () => {});
    },
  };
  const stdout = { write: (text: string) => writes.push(text), isTTY: options.isTTY, columns: 80 };
  const progress = createProgress({
    io: { stdout, env: options.env ?? {} },
    json: options.json ?? false,
    title: 'demo',
    clock,
  });
  return { progress, writes, at: (milliseconds) => (now = milliseconds), tick: () => tick() };
}

const started: EngineEvent = { event: 'started', runDir: '/runs/r1', id: 'r1', steps: 20 };
const step = (number: number): EngineEvent => ({
  event: 'step',
  step: number,
  metrics: { reward: 0.5, 'time/rollout_s': 1 },
});
const evaluation: EngineEvent = {
  event: 'eval',
  step: 0,
  split: 'validation',
  problems: 4,
  samples: 1,
  correct: 1,
  accuracy: { value: 0.25, low: 0.05, high: 0.7 },
};

test('with --json the events are lines, a step with its metrics beside it', () => {
  const { progress, writes } = display({ isTTY: true, json: true });
  const phase: EngineEvent = { event: 'phase', step: 1, phase: 'rollout', done: 1, total: 8 };
  for (const event of [started, phase, step(1), evaluation]) progress.emit(event);
  progress.finish();
  assert.equal(writes.length, 3, 'phases are for the eye');
  const [first, second, third] = writes.map((line): unknown => JSON.parse(line));
  assert.deepEqual(first, started);
  assert.deepEqual(second, { event: 'step', step: 1, reward: 0.5, 'time/rollout_s': 1 });
  assert.deepEqual(third, evaluation);
  assert.ok(writes.every((line) => line.startsWith('{"event":') && line.endsWith('}\n')));
});

test('a log gets the first step, the last, and of those between at most one in five seconds', () => {
  const { progress, writes, at } = display({ isTTY: false });
  progress.emit(started);
  for (let number = 1; number <= 20; number++) {
    at(number * 1000);
    progress.emit(step(number));
  }
  progress.finish();
  const logged = writes.map((line) => /^step (\d+)\/20/.exec(line)?.[1]).filter((number) => number !== undefined);
  assert.deepEqual(logged, ['1', '6', '11', '16', '20']);
  assert.equal(writes[0], 'demo  run r1\n');
  assert.doesNotMatch(writes.join(''), /\u001b/);
});

test('a log gets every evaluation and warning', () => {
  const { progress, writes } = display({ isTTY: false });
  progress.emit(evaluation);
  progress.emit({ event: 'warning', message: 'two\nlines' });
  assert.deepEqual(writes, [
    'step 0     held-out accuracy 25.0 %  (5.0 to 70.0)  1 of 4 solved\n',
    'warning: two\n',
    '  lines\n',
  ]);
});

test('a terminal that cannot move its cursor is a log', () => {
  const { progress, writes } = display({ isTTY: true, env: { TERM: 'dumb' } });
  progress.emit(started);
  assert.deepEqual(writes, ['demo  run r1\n']);
});

test('the live block is drawn at most ten times a second, and by the clock between events', () => {
  const { progress, writes, at, tick } = display({ isTTY: true });
  progress.emit(started);
  const drawn = writes.length;
  at(10);
  progress.emit(step(1));
  progress.emit(step(2));
  assert.equal(writes.length, drawn, 'too soon');
  at(150);
  progress.emit(step(3));
  assert.equal(writes.length, drawn + 1);
  assert.match(stripVTControlCharacters(writes.at(-1) ?? ''), /step 3 of 20/);
  at(1150);
  tick();
  assert.equal(writes.length, drawn + 2);
  progress.finish();
  const written = writes.length;
  tick();
  progress.emit(step(4));
  progress.finish();
  assert.equal(writes.length, written, 'what is finished stays off the screen');
});

test('NO_COLOR is respected', () => {
  const colored = display({ isTTY: true });
  const uncolored = display({ isTTY: true, env: { NO_COLOR: '1' } });
  for (const { progress } of [colored, uncolored]) progress.emit(started);
  assert.match(colored.writes.join(''), /\u001b\[\d+m/);
  assert.doesNotMatch(uncolored.writes.join(''), /\u001b\[\d+m/);
});
