import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DeviceTensor } from '../onnx/deviceTensor.ts';
import { Session, type AnyTensor } from '../onnx/session.ts';
import { buildAppendGraph, buildArrangeGraph } from './cacheGraphs.ts';
import { DecodeCache, type DecodeReservation } from './decodeCache.ts';
import { DeviceKvCache } from './deviceKvCache.ts';
import { NAMES } from './graphs.ts';
import { KvCache, rowBytes, type KeyValueCache } from './kvCache.ts';

const SHAPE = { layers: 1, keyValueHeads: 1, headSize: 1 };
const MAX_ROWS = 6;
const MAX_PROMPTS = 3;
/** More than a capacity step. */
const LONGEST = 20;
const MAX_BYTES = 4096;

/** A prompt whose keys are its id and whose values the opposite. */
function prompt(id: number, length: number) {
  const dims = [1, 1, length, 1];
  const keys = { data: new Float32Array(length).fill(id), dims };
  const values = { data: new Float32Array(length).fill(-id), dims };
  return { layers: [{ keys, values }], row: 0, time: length, length, release: () => undefined };
}

interface Row {
  readonly id: number;
  readonly prompt: number;
  readonly promptLength: number;
  own: number;
}

function dataOf(tensor: AnyTensor | undefined) {
  assert.ok(tensor && !(tensor instanceof DeviceTensor));
  return tensor.data;
}

const numbersOf = (tensor: AnyTensor | undefined): number[] => Array.from(dataOf(tensor), Number);

/** What a decode step is fed finds, for each row, its own prompt and its own tokens. */
function check(cache: DecodeCache, rows: readonly Row[]): void {
  const feeds = cache.feeds();
  const [slots, places] = [numbersOf(feeds[NAMES.slots]), numbersOf(feeds[NAMES.places])];
  const width = feeds[NAMES.slots]?.dims[1] ?? NaN;
  assert.deepEqual(
    places.map((place) => slots[place]),
    rows.map((_, row) => row),
  );
  assert.equal(new Set(places).size, rows.length);
  assert.ok(slots.every((row) => row >= 0 && row < rows.length));
  assert.deepEqual(
    numbersOf(feeds[NAMES.lengths]),
    rows.map(({ promptLength, own }) => promptLength + own),
  );
  assert.deepEqual(
    numbersOf(feeds[NAMES.ownLengths]),
    rows.map(({ own }) => own),
  );
  const promptLengths = numbersOf(feeds[NAMES.promptLengths]);
  const [promptKeys, ownValues] = [numbersOf(feeds[NAMES.promptKeys(0)]), numbersOf(feeds[NAMES.ownValues(0)])];
  const capacities = [NAMES.promptKeys(0), NAMES.ownValues(0)].map((name) => feeds[name]?.dims[2] ?? NaN);
  const [promptCapacity = NaN, ownCapacity = NaN] = capacities;
  for (const [row, { id, prompt: promptId, promptLength, own }] of rows.entries()) {
    const place = Math.floor((places[row] ?? NaN) / width);
    assert.equal(promptLengths[place], promptLength);
    const start = place * promptCapacity;
    assert.deepEqual(promptKeys.slice(start, start + promptLength), Array(promptLength).fill(promptId));
    assert.deepEqual(ownValues.slice(row * ownCapacity, row * ownCapacity + own), Array(own).fill(id));
  }
}

const command = fc.oneof(
  fc.record({ kind: fc.constant('open' as const), length: fc.integer({ min: 0, max: LONGEST }) }),
  fc.constant({ kind: 'row' as const }),
  fc.constant({ kind: 'row' as const }),
  fc.record({ kind: fc.constant('remove' as const), row: fc.nat(MAX_ROWS - 1) }),
  fc.record({ kind: fc.constant('decode' as const), steps: fc.integer({ min: 1, max: 9 }) }),
);

async function checkCommands(makeCache: () => KeyValueCache, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
      const cache = new DecodeCache(SHAPE, MAX_BYTES, makeCache);
      cache.reserve({ rows: MAX_ROWS, prompts: MAX_PROMPTS, longestPrompt: LONGEST, longestCompletion: LONGEST });
      const rows: Row[] = [];
      let [open, id] = [0, 0];
      let openLength: number | null = null;
      for (const step of commands) {
        if (step.kind === 'open') {
          cache.closePrompt();
          openLength = null;
          if (!cache.hasRoomForPrompt) continue;
          open++;
          openLength = step.length;
          cache.openPrompt(prompt(open, step.length));
        } else if (step.kind === 'row') {
          if (openLength === null || rows.length === MAX_ROWS) continue;
          cache.addRow();
          rows.push({ id: ++id, prompt: open, promptLength: openLength, own: 0 });
        } else if (step.kind === 'remove') {
          const removed = rows[step.row];
          if (!removed) continue;
          cache.removeRow(step.row);
          const last = rows.pop();
          if (last && last !== removed) rows[step.row] = last;
        } else {
          for (let i = 0; i < step.steps && rows.length > 0 && rows.every(({ own }) => own < LONGEST); i++) {
            await cache.fit(1);
            const values = { data: Float32Array.from(rows, (row) => row.id), dims: [rows.length, 1, 1, 1] };
            cache.append([{ keys: values, values }], new Int32Array(rows.length).fill(1));
            for (const row of rows) row.own++;
          }
        }
        if (rows.length === 0) continue;
        await cache.fit(1);
        check(cache, rows);
      }
    }),
    { seed: 1, numRuns },
  );
}

test('every row finds its prompt and its own tokens while rows and prompts come and go', () =>
  checkCommands(() => new KvCache(SHAPE), 300));

// The graphs that move keys and values on a card, with tensors of the CPU.
test('so it does where graphs move what is cached', async (context) => {
  const options = { providers: ['cpu'], threads: 1, use: 'decode' } as const;
  const arrange = await Session.open(buildArrangeGraph(SHAPE), options);
  const append = await Session.open(buildAppendGraph(SHAPE), options);
  context.after(() => Promise.all([arrange.release(), append.release()]));
  const sessions = { arrange: () => Promise.resolve(arrange), append: () => Promise.resolve(append) };
  await checkCommands(() => new DeviceKvCache(SHAPE, sessions), 60);
});

test('a prompt leaves with its last row, but not while more may come', () => {
  const cache = new DecodeCache(SHAPE, MAX_BYTES);
  cache.reserve({ rows: 2, prompts: 1, longestPrompt: 5, longestCompletion: 5 });
  assert.throws(() => cache.addRow(), /a prompt that is open/);
  cache.openPrompt(prompt(1, 5));
  cache.addRow();
  cache.removeRow(0);
  assert.equal(cache.hasRoomForPrompt, false);
  cache.addRow();
  cache.closePrompt();
  assert.equal(cache.hasRoomForPrompt, false);
  cache.removeRow(0);
  assert.equal(cache.hasRoomForPrompt, true);
  cache.openPrompt(prompt(2, 1));
  cache.closePrompt();
  assert.equal(cache.hasRoomForPrompt, true);
  assert.throws(() => cache.removeRow(0), /no row 0/);
});

/** The memory of all layers, by cache. */
function buffersOf(cache: DecodeCache): ArrayBufferLike[] {
  cache.openPrompt(prompt(1, 1));
  cache.addRow();
  const feeds = cache.feeds();
  const names = [NAMES.promptKeys(0), NAMES.promptValues(0), NAMES.ownKeys(0), NAMES.ownValues(0)];
  return names.map((name) => dataOf(feeds[name]).buffer);
}

const bytesNeeded = ({ rows, prompts, longestPrompt, longestCompletion }: DecodeReservation): number =>
  prompts * rowBytes(SHAPE, longestPrompt) + rows * rowBytes(SHAPE, longestCompletion);

test('calls that need much for prompts and calls that need much for completions keep to the limit together', () => {
  const length = fc.integer({ min: 1, max: 200 });
  const count = fc.integer({ min: 1, max: 10 });
  const reservation = fc.record({ rows: count, prompts: count, longestPrompt: length, longestCompletion: length });
  fc.assert(
    fc.property(fc.array(reservation, { minLength: 1, maxLength: 8 }), (calls) => {
      const cache = new DecodeCache(SHAPE, MAX_BYTES);
      for (const call of calls) {
        cache.reserve(call);
        const bytes = buffersOf(cache).reduce((sum, buffer) => sum + buffer.byteLength, 0);
        assert.ok(bytes <= Math.max(MAX_BYTES, bytesNeeded(call)));
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('what another call left is used again where both keep to the limit', () => {
  const cache = new DecodeCache(SHAPE, MAX_BYTES);
  cache.reserve({ rows: 4, prompts: 4, longestPrompt: 80, longestCompletion: 20 });
  const buffers = buffersOf(cache);
  cache.reserve({ rows: 4, prompts: 1, longestPrompt: 20, longestCompletion: 20 });
  assert.deepEqual(
    buffersOf(cache).map((buffer, index) => buffer === buffers[index]),
    [true, true, true, true],
  );
});
