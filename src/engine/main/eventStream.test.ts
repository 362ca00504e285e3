import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from '../protocol/events.ts';
import { EventStream } from './eventStream.ts';

const step = (number: number): EngineEvent => ({ event: 'step', step: number, metrics: {} });
const phase = (done: number): EngineEvent => ({ event: 'phase', step: 1, phase: 'rollout', done, total: 100 });
const warning = (message: string): EngineEvent => ({ event: 'warning', message });
const stopped: EngineEvent = { event: 'stopped', runDir: 'run', step: 9, resumesAfter: 9 };

function stream(): { readonly told: EngineEvent[]; readonly events: EventStream } {
  const told: EngineEvent[] = [];
  return { told, events: new EventStream((event) => told.push(event)) };
}

test('a thousand steps a second are ten, the newest last', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { told, events } = stream();
  for (let number = 1; number <= 1000; number++) {
    events.push(step(number));
    events.push(phase(number));
    t.mock.timers.tick(1);
  }
  t.mock.timers.tick(100);
  const steps = told.filter(({ event }) => event === 'step');
  assert.ok(steps.length <= 11, `${steps.length} steps`);
  assert.deepEqual(steps[0], step(1));
  assert.deepEqual(steps.at(-1), step(1000));
  assert.deepEqual(told.filter(({ event }) => event === 'phase').at(-1), phase(1000));
});

test('slow steps are told at once', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { told, events } = stream();
  events.push(step(1));
  t.mock.timers.tick(100);
  events.push(step(2));
  assert.deepEqual(told, [step(1), step(2)]);
});

test('what happens once is told at once, and all of it', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { told, events } = stream();
  events.push(step(1));
  events.push(step(2));
  for (const word of ['a', 'b', 'c']) events.push(warning(word));
  assert.deepEqual(told, [step(1), warning('a'), warning('b'), warning('c')]);
});

test('the last step is told before the end', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { told, events } = stream();
  for (let number = 1; number <= 9; number++) events.push(step(number));
  events.push(stopped);
  t.mock.timers.tick(1000);
  assert.deepEqual(told, [step(1), step(9), stopped]);
});

test('the newest of each is kept for whoever comes later', () => {
  const { events } = stream();
  events.push(phase(1));
  events.push(step(1));
  events.push(phase(2));
  events.push(warning('a'));
  assert.deepEqual(events.newest, [phase(2), step(1)]);
  events.flush();
});
