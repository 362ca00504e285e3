/** Instrumented reward files do what they do as they are written, to the place at which they throw. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { setSourceMapsSupport } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import fc from 'fast-check';
import { bundleReward } from '../../src/engine/reward/bundle.ts';
import { errorText } from '../../src/engine/reward/errorText.ts';
import { Probe, PROBE_SYMBOL } from '../../src/engine/reward/probe.ts';
import { findRewardFunctions } from '../../src/engine/source/rewardFunctions.ts';
import { fixtures, temporaryFolder } from './support.ts';

const outDir = temporaryFolder();
const root = path.join(import.meta.dirname, '../..');
const library = path.join(root, 'src/library/rewards');
const files = [
  path.join(fixtures, 'syntax.ts'),
  path.join(fixtures, 'plain.ts'),
  path.join(root, 'examples/gsm8k/reward.ts'),
  path.join(root, 'examples/demo/reward.ts'),
  ...readdirSync(library).map((file) => path.join(library, file)),
];

/** Texts in which the rewards find something. */
const text = fc.oneof(
  fc.string(),
  fc
    .array(fc.constantFrom('a', 'b', 'x', ' ', '\n', '12', '-3.5', '#### ', '7', '\\boxed{', '}', ','), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
);

const input = fc.record({
  completion: text,
  prompt: fc.constant('p'),
  answer: text,
  question: fc.constant('q'),
  completionTokens: fc.nat(100),
  index: fc.nat(8),
  options: fc.constant({}),
});

/** Names and functions of what a file exports, as it is and instrumented, with the probe that then counts. */
async function load(file: string) {
  const plain = await bundleReward(file, { outDir });
  const traced = await bundleReward(file, { outDir, trace: file });
  assert.equal(plain.hash, traced.hash);
  const places = traced.places?.length ?? 0;
  assert.ok(places > 0, `${file} was not instrumented`);
  const probe = new Probe(places);
  const before = await functionsOf(plain.path);
  Reflect.set(globalThis, Symbol.for(PROBE_SYMBOL), probe.code);
  const after = await functionsOf(traced.path);
  Reflect.deleteProperty(globalThis, Symbol.for(PROBE_SYMBOL));
  return { before, after, probe };
}

async function functionsOf(module: string): Promise<ReadonlyMap<string, (input: unknown) => unknown>> {
  const loaded: unknown = await import(pathToFileURL(module).href);
  assert.ok(typeof loaded === 'object' && loaded !== null);
  return new Map(
    Object.entries(loaded).flatMap(([name, value]: [string, unknown]) => {
      if (typeof value !== 'function') return [];
      const call = (given: unknown): unknown => {
        const returned: unknown = Reflect.apply(value, undefined, [given]);
        return returned;
      };
      return [[name, call] as const];
    }),
  );
}

/** What came of a call: the value, or the error with its place. */
async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return { value: await call() };
  } catch (thrown) {
    return { thrown: errorText(thrown, fixtures) };
  }
}

setSourceMapsSupport(true, { generatedCode: true });

for (const file of files)
  test(`${path.basename(path.dirname(file))}/${path.basename(file)} is not changed by being told of`, async () => {
    const { before, after, probe } = await load(file);
    assert.deepEqual([...after.keys()], [...before.keys()]);
    const rewards = findRewardFunctions(file, readFileSync(file, 'utf8'), []);
    const groups = new Set(rewards.filter(({ per }) => per === 'group').map(({ name }) => name));
    for (const [name, reward] of before) {
      const instrumented = after.get(name) ?? assert.fail();
      await fc.assert(
        fc.asyncProperty(input, fc.boolean(), async (row, watched) => {
          const given = groups.has(name) ? [row, { ...row, completion: row.answer }] : row;
          const expected = await outcome(() => reward(given));
          assert.deepEqual(await outcome(() => probe.run(watched, () => instrumented(given))), expected, name);
          // And so does what is called outside of any call that counts.
          assert.deepEqual(await outcome(() => instrumented(given)), expected, name);
        }),
        { numRuns: 60 },
      );
    }
  });
