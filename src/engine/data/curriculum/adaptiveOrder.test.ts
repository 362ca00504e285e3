import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdaptiveCurriculum } from '../../protocol/curriculum.ts';
import { uniforms } from '../../random/keyed.ts';
import { AdaptiveOrder, type AdaptiveSources } from './adaptiveOrder.ts';
import type { SolvedCount } from './worthPredictor.ts';

const PER_STEP = 8;
const RANGE = { task: 1, start: 5, count: 60 };
const CONFIG: AdaptiveCurriculum = { by: 'adaptive', exploration: 0.1, focus: 3, rest: 0, unsolved: 0, screen: 0 };
/** Five problems of another task stand before those of the task. */
const PROMPTS = Array.from({ length: RANGE.start + RANGE.count }, (_, index) =>
  Int32Array.of(1, index % 3, 2, 10 + index),
);

/** Of three kinds of problems one is never solved, one always, and one half of the time. */
function solvedOf(index: number): number {
  return [0, 8, 4][index % 3] ?? 0;
}

/** A run, as far as the order can see it. */
class Run {
  readonly steps: SolvedCount[][] = [];
  readonly order: AdaptiveOrder;

  constructor(recorded: readonly (readonly SolvedCount[])[] = [], changes: Partial<AdaptiveCurriculum> = {}) {
    this.steps.push(...recorded.map((step) => [...step]));
    const sources: AdaptiveSources = {
      solvedIn: (step) => this.steps[step - 1] ?? assert.fail(`step ${step} is not done`),
      random: (step, round) => uniforms(7, 'curriculum', [RANGE.task, step, round]),
    };
    this.order = new AdaptiveOrder(PROMPTS, RANGE, { ...CONFIG, ...changes }, sources);
  }

  draw(step: number, count = PER_STEP): number[] {
    const drawn: number[] = [];
    for (const index of this.order.sequence(step)) {
      if (drawn.length === count) break;
      drawn.push(index);
    }
    return drawn;
  }

  /** Draws each step and records what became of it, beside a problem of the other task. */
  train(steps: number): number[][] {
    return Array.from({ length: steps }, () => {
      const drawn = this.draw(this.steps.length + 1);
      this.steps.push([
        { index: 0, solved: 8, scored: 8 },
        ...drawn.map((index) => ({ index, solved: solvedOf(index), scored: 8 })),
      ]);
      return drawn;
    });
  }
}

test('it comes to draw mostly what is solved half of the time, and goes on to look at the rest', () => {
  const drawn = new Run().train(40).slice(10).flat();
  const half = drawn.filter((index) => index % 3 === 2).length / drawn.length;
  assert.ok(half > 0.6 && half < 1, `${half}`);
});

test('what is never solved is still drawn where it is said to be worth something, and what is always solved is not', () => {
  const drawn = new Run([], { unsolved: 0.85 }).train(40).slice(10).flat();
  const shares = [0, 1, 2].map((kind) => drawn.filter((index) => index % 3 === kind).length / drawn.length);
  const [never = 0, always = 0] = shares;
  assert.ok(never > 0.3 && always < 0.2, shares.join(', '));
});

test('it draws problems of its task alone, each once before any comes again', () => {
  const run = new Run();
  run.train(5);
  const drawn = run.draw(6, 2 * RANGE.count);
  const own = Array.from({ length: RANGE.count }, (_, index) => RANGE.start + index);
  for (const round of [drawn.slice(0, RANGE.count), drawn.slice(RANGE.count)])
    assert.deepEqual(
      round.toSorted((a, b) => a - b),
      own,
    );
});

test('what was drawn rests until so many others were', () => {
  const drawn = new Run([], { rest: 0.5 }).train(30);
  for (const [step, indices] of drawn.entries()) {
    const half = drawn.slice(Math.max(0, step - RANGE.count / 2 / PER_STEP + 1), step).flat();
    for (const index of indices) assert.ok(!half.includes(index), `${index} in step ${step + 1}`);
  }
  const whole = new Run([], { rest: 1 }).train(7).flat();
  assert.equal(new Set(whole).size, whole.length);
});

test('what a step draws follows from what is recorded of the steps before it', () => {
  const straight = new Run();
  const drawn = straight.train(12);
  for (const at of [1, 5, 12]) {
    const resumed = new Run(straight.steps.slice(0, at - 1));
    assert.deepEqual(resumed.train(13 - at), drawn.slice(at - 1));
  }
});

test('further draws of a step go on where the first ended', () => {
  const run = new Run();
  run.train(3);
  const first = run.draw(4);
  assert.deepEqual(run.draw(4, 3 * PER_STEP).slice(0, PER_STEP), first);
});

test('what it expects of a step is there while the step is, and only of its own problems', () => {
  const run = new Run();
  run.train(10);
  assert.equal(run.order.expectedWorth(11, 0), null);
  const [never = 1, half = 0] = [6, 5].map((index) => run.order.expectedWorth(11, index) ?? undefined);
  assert.ok(never < 0.4 && half > 0.6, `${never}, ${half}`);
  assert.throws(() => run.order.expectedWorth(10, 6), RangeError);
});
