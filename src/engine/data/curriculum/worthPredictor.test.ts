import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { uniforms } from '../../random/keyed.ts';
import { promptFeatures } from './promptFeatures.ts';
import { signalOf, worthOf, WorthPredictor, type SolvedCount } from './worthPredictor.ts';

/** Prompts of the form `1 KIND 2 NUMBER 3`; those of kind 10 are solved half of the time, those of kind 11 never. */
const prompts = Array.from({ length: 200 }, (_, index) =>
  Int32Array.of(1, 10 + (index % 2), 2, 100 + Math.floor(index / 2), 3),
);

/** Steps of ten problems each, the first hundred of them once. */
function taught(): WorthPredictor {
  const next = uniforms(1, 'shuffle');
  const predictor = new WorthPredictor(promptFeatures(prompts), 0);
  for (let step = 0; step < 10; step += 1)
    predictor.observe(
      Array.from({ length: 10 }, (_, place): SolvedCount => {
        const solved = Array.from({ length: 8 }, () => next() < 1 / 2).filter(Boolean).length;
        return { index: step * 10 + place, solved: place % 2 === 0 ? solved : 0, scored: 8 };
      }),
    );
  return predictor;
}

test('what is seen of some problems is expected of those that read like them', () => {
  const predictor = taught();
  const mean = (kind: number): number => {
    const unseen = Array.from({ length: 50 }, (_, place) => 100 + 2 * place + kind);
    return unseen.reduce((sum, index) => sum + predictor.expected(index), 0) / unseen.length;
  };
  assert.ok(mean(0) > 0.65, `${mean(0)}`);
  assert.ok(mean(1) < 0.35, `${mean(1)}`);
});

test('problems that read alike and are solved always and never are nothing to learn from, though half of them are solved', () => {
  const predictor = new WorthPredictor(promptFeatures(prompts), 0);
  for (let step = 0; step < 10; step += 1)
    predictor.observe(
      Array.from({ length: 10 }, (_, place) => ({ index: step * 10 + place, solved: 8 * (place % 2), scored: 8 })),
    );
  assert.ok(predictor.expected(150) < 0.25, `${predictor.expected(150)}`);
});

test('of a problem it was seen that it is dead, and then forgotten', () => {
  const predictor = new WorthPredictor(promptFeatures(prompts), 0);
  predictor.observe([{ index: 0, solved: 8, scored: 8 }]);
  const [seen, unseen] = [predictor.expected(0), predictor.expected(3)];
  assert.ok(seen < unseen - 0.2, `${seen}, ${unseen}`);
  for (let step = 0; step < 500; step += 1) predictor.observe([]);
  assert.ok(Math.abs(predictor.expected(0) - predictor.expected(3)) < 0.01);
});

test('a group of fewer than two scored completions tells nothing', () => {
  const expectations = [[{ index: 0, solved: 1, scored: 1 }], [{ index: 0, solved: 0, scored: 0 }], []].map((step) => {
    const predictor = new WorthPredictor(promptFeatures(prompts), 0);
    predictor.observe(step);
    return predictor.expected(0);
  });
  assert.equal(new Set(expectations).size, 1);
});

test('whatever is observed, what is expected stays near what can be', () => {
  const observed = fc.record({ index: fc.nat({ max: 9 }), solved: fc.nat({ max: 8 }), scored: fc.constant(8) });
  const few = promptFeatures(prompts.slice(0, 10));
  fc.assert(
    fc.property(fc.array(fc.array(observed, { maxLength: 20 }), { maxLength: 20 }), (steps) => {
      const predictor = new WorthPredictor(few, 0);
      for (const step of steps) predictor.observe(step);
      for (let index = 0; index < 10; index += 1) {
        const expected = predictor.expected(index);
        assert.ok(expected > -0.5 && expected < 1.6, `${expected}`);
      }
    }),
  );
});

test('the estimate of 4 p (1 - p) is unbiased', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 2, max: 12 }), (pass, scored) => {
      let choices = 1;
      let mean = 0;
      for (let solved = 0; solved <= scored; solved += 1) {
        mean += choices * pass ** solved * (1 - pass) ** (scored - solved) * signalOf({ solved, scored });
        choices = (choices * (scored - solved)) / (solved + 1);
      }
      assert.ok(Math.abs(mean - 4 * pass * (1 - pass)) < 1e-9);
    }),
  );
});

test('the same observations are the same predictions, bit for bit', () => {
  const [first, second] = [taught(), taught()];
  for (const index of prompts.keys()) assert.equal(first.expected(index), second.expected(index));
});

test('what fewer than half of a group solve is worth no less than it is said to be, and what all solve nothing', () => {
  const scored = 8;
  const worths = Array.from({ length: scored + 1 }, (_, solved) => worthOf({ solved, scored }, 0.85));
  assert.deepEqual(worths.slice(0, 3), [0.85, 0.85, signalOf({ solved: 2, scored })]);
  assert.deepEqual(
    worths.slice(4),
    Array.from({ length: 5 }, (_, more) => signalOf({ solved: 4 + more, scored })),
  );
  assert.equal(worths.at(-1), 0);
});
