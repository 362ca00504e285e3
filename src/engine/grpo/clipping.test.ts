import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Session } from '../onnx/session.ts';
import { experimentSchema, type AlgorithmConfig } from '../protocol/experiment.ts';
import { clipping } from './clipping.ts';
import { buildTokenLossGraph, INPUTS } from './trainingGraph.ts';

const RATIOS = [0.5, 0.9, 1.1, 1.5, 4];

const clip: AlgorithmConfig['clip'] = { low: 0.2, high: 0.3, dual: 3, cap: 2, tauPositive: 1, tauNegative: 1 };

function clips(algorithm: Partial<AlgorithmConfig>, advantage: number): (string | null)[] {
  const clipOf = clipping({ tokenLoss: 'clipped', clip, ...algorithm });
  return RATIOS.map((ratio) => clipOf(ratio, advantage));
}

test('a ratio is cut on the side that its advantage pushes to', () => {
  assert.deepEqual(clips({}, 1), [null, null, null, 'high', 'high']);
  assert.deepEqual(clips({}, -1), ['low', null, null, null, null]);
  assert.deepEqual(clips({}, 0), [null, null, null, null, null]);
});

test('beyond a bound a negative advantage has no gradient either', () => {
  assert.deepEqual(clips({ tokenLoss: 'dualClip' }, -1), ['low', null, null, null, 'bound']);
  assert.deepEqual(clips({ clip: { ...clip, delta: 1.4 } }, -1), ['low', null, null, 'bound', 'bound']);
  assert.deepEqual(clips({ clip: { ...clip, delta: 1.05 } }, -1), ['low', null, null, 'bound', 'bound']);
  assert.deepEqual(clips({ clip: { ...clip, delta: 1.05 } }, 1), [null, null, 'bound', 'high', 'high']);
});

test('CISPO caps and SAPO clips nothing', () => {
  assert.deepEqual(clips({ tokenLoss: 'cispo' }, 1), [null, null, null, null, 'high']);
  assert.deepEqual(clips({ tokenLoss: 'cispo' }, -1), [null, null, null, null, null]);
  assert.deepEqual(clips({ tokenLoss: 'sapo' }, 1), [null, null, null, null, null]);
});

/** Ratios, none so near a border of any clip below that `STEP` crosses it. */
const SWEEP = Array.from({ length: 80 }, (_, index) => 0.405 + 0.05 * index);
/** Of a log-probability. */
const STEP = 0.001;

/** For each ratio of `SWEEP`, whether the token's loss is the same a little to either side of it. */
async function withoutGradient(algorithm: AlgorithmConfig, advantage: number): Promise<boolean[]> {
  const session = await Session.open(buildTokenLossGraph(algorithm), { providers: ['cpu'], threads: 1, use: 'train' });
  const fed = (value: (index: number) => number): { data: Float32Array; dims: number[] } => ({
    data: Float32Array.from(SWEEP, (_, index) => value(index)),
    dims: [SWEEP.length],
  });
  const lossesAt = async (shift: number): Promise<number[]> => {
    const { losses } = await session.run(
      {
        [INPUTS.logprobs]: fed((index) => Math.log(SWEEP[index] ?? NaN) + shift),
        [INPUTS.oldLogprobs]: fed(() => 0),
        [INPUTS.entropies]: fed(() => 0),
        [INPUTS.weights]: fed(() => 1),
        [INPUTS.advantages]: fed(() => advantage),
      },
      ['losses'],
    );
    return Array.from(losses.data, Number);
  };
  const [below, above] = [await lossesAt(-STEP), await lossesAt(STEP)];
  await session.release();
  return below.map((loss, index) => loss === above[index]);
}

test('clipped is where the loss has no gradient', async () => {
  for (const tokenLoss of ['clipped', 'dualClip'] as const)
    for (const delta of [undefined, 1.1, 1.4, 3.5])
      for (const advantage of [1, -1]) {
        const changes = { tokenLoss, clip: { ...clip, ...(delta === undefined ? {} : { delta }) } };
        const algorithm = experimentSchema.shape.algorithm.parse(changes);
        const clipOf = clipping(algorithm);
        assert.deepEqual(
          SWEEP.map((ratio) => clipOf(ratio, advantage) !== null),
          await withoutGradient(algorithm, advantage),
          `${tokenLoss}, delta ${delta}, advantage ${advantage}`,
        );
      }
});
