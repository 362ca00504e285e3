import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packReplay, replaySchema, unpackReplay, type Replay, type ReplayPass } from './replay.ts';

/** Objects as they are written, for comparing. */
const PLAIN = { noNullPrototype: true } as const;

const length = fc.integer({ min: 0, max: 5 });
const passes = fc.integer({ min: 1, max: 3 });

function values(count: number): fc.Arbitrary<Float32Array> {
  return fc.float32Array({ minLength: count, maxLength: count });
}

function passOf(count: number): fc.Arbitrary<ReplayPass> {
  const own = values(count);
  return fc.record({ logprobs: own, ratios: own, clips: own, kl: own, losses: own, shares: own }, PLAIN);
}

function completionOf(passCount: number): fc.Arbitrary<Replay['completions'][number]> {
  return length.chain((count) =>
    fc.record(
      {
        key: fc.constant({ step: 3, problem: 7, occurrence: 0, round: 1, sample: 2 }),
        text: fc.string(),
        reward: fc.option(fc.constant(0.5)),
        advantage: fc.constant(-1),
        trained: fc.boolean(),
        miniBatch: fc.constant(0),
        length: fc.constant(count),
        tokens: fc.record(
          {
            ends: fc.int32Array({ minLength: count, maxLength: count }),
            old: values(count),
            after: values(count),
            passes: fc.array(passOf(count), { minLength: passCount, maxLength: passCount }),
          },
          PLAIN,
        ),
      },
      PLAIN,
    ),
  );
}

const replays: fc.Arbitrary<Replay> = passes.chain((passCount) =>
  fc.array(completionOf(passCount), { maxLength: 4 }).map((completions) => ({
    runDir: '/runs/one',
    step: 3,
    plan: { from: 2, redone: 0, seconds: null },
    checks: [{ what: 'loss', values: 1, differing: 1, first: { where: 'loss', recorded: '1', replayed: '2' } }],
    notes: [],
    updates: [{ pass: 0, miniBatch: 0, trained: 1, completions: 2, loss: 0.5, gradNorm: 1 }],
    passes: passCount,
    completions,
  })),
);

test('what is packed for the link is unpacked to the last bit', () => {
  fc.assert(
    fc.property(replays, (replay) => {
      const { reply, arrays } = packReplay(replay);
      const sent = replaySchema.parse(JSON.parse(JSON.stringify(reply)));
      assert.deepEqual(unpackReplay(sent, arrays), replay);
    }),
  );
});

test('arrays of another answer are refused', () => {
  fc.assert(
    fc.property(replays, (replay) => {
      const { reply, arrays } = packReplay(replay);
      const [ends = new Int32Array(), packed = new Float32Array()] = arrays;
      assert.equal(unpackReplay(reply, []), null);
      assert.equal(unpackReplay(reply, [packed, ends]), null);
      assert.equal(unpackReplay(reply, [ends, new Float32Array(packed.length + 1)]), null);
    }),
  );
});
