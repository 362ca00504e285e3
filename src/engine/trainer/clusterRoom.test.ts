import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from '../protocol/events.ts';
import { raySchema, type RayConfig } from '../protocol/rayConfig.ts';
import { sayingWaits, tooSmall } from './clusterRoom.ts';

const node = (cpus: number, gpus: number, memory = 64e9) => ({ cpus, gpus, memory });
const asked = (cpus: number, gpus: number, memory?: number): RayConfig => raySchema.parse({ cpus, gpus, memory });

test('where no node will ever have room, what they have and what to lower is said', () => {
  assert.equal(tooSmall(asked(4, 1), [node(0, 0), node(8, 1)]), null);
  assert.equal(tooSmall(asked(4, 0.5), [node(4, 1)]), null);
  assert.equal(tooSmall(asked(4, 0, 64), [node(4, 1)]), null);
  const said = tooSmall(asked(4, 1, 16), [node(8, 0), node(2, 2), node(8, 0), node(4, 1, 8e9)]) ?? '';
  assert.match(said, /No node of the cluster has 4 processors, 1 graphics card, 16 GB of memory; they have /);
  assert.match(said, /they have 8 processors, 64 GB of memory; 2 processors, 2 graphics cards, 64 GB of memory; 4 /);
  assert.match(said, /Lower ray\.cpus, ray\.gpus or ray\.memory/);
});

test('a run that waits long for room says so, once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const said: EngineEvent[] = [];
  const emit = (event: EngineEvent): void => void said.push(event);
  await sayingWaits(Promise.resolve(), asked(4, 0), emit);
  const { promise, resolve } = Promise.withResolvers<null>();
  const waited = sayingWaits(promise, asked(4, 0), emit);
  t.mock.timers.tick(60_000);
  resolve(null);
  await waited;
  assert.deepEqual(
    said.map(
      (event) => event.event === 'warning' && /^The run waits .* no node has 4 processors free/.test(event.message),
    ),
    [true],
  );
});
