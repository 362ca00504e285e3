/**
 * Draws mostly what the policy is expected to solve half of the time or less: the rewards of a group differ most where half of it is solved,
 * and a group whose rewards are all the same teaches nothing. The weight of a problem is
 *
 *   (1 - exploration) v_i / sum of v  +  exploration / problems,    v_i = w_i^focus,
 *
 * with w_i what `WorthPredictor` expects of it: 4 p (1 - p), the variance of a reward that is 1 with probability p in units of the largest,
 * and no less than `unsolved` where p is below one half.
 * A problem that was drawn rests until others had their turn: drawn again and again, it is learned by heart.
 */
import type { AdaptiveCurriculum } from '../../protocol/curriculum.ts';
import type { ProblemRange } from '../problemOrder.ts';
import type { CurriculumOrder, OrderRandom } from './curriculumOrder.ts';
import { promptFeatures } from './promptFeatures.ts';
import { inWeightedOrder } from './randomOrder.ts';
import { WorthPredictor, worthOf, type SolvedCount } from './worthPredictor.ts';

/** What is expected of a problem counts as this at least: nothing is out of the question, and an estimate may be below 0. */
const LEAST_WORTH = 0.01;

export interface AdaptiveSources {
  /** What became of the problems that a step before drew, in an order that is always the same; of other tasks too. */
  readonly solvedIn: (step: number) => readonly SolvedCount[];
  readonly random: OrderRandom;
}

/** Before a step, by place among the task's problems. */
interface Expectation {
  readonly step: number;
  /** From `LEAST_WORTH` to 1. */
  readonly worths: Float64Array;
  readonly weights: Float64Array;
  /** In which the step draws, by index into the whole training part. */
  readonly order: readonly number[];
}

export class AdaptiveOrder implements CurriculumOrder {
  readonly #range: ProblemRange;
  readonly #config: AdaptiveCurriculum;
  readonly #sources: AdaptiveSources;
  readonly #predictor: WorthPredictor;
  /** The last step that drew each problem, by place among the task's problems; 0 where none did. */
  readonly #drawnIn: Int32Array;
  /** By step, what was drawn up to it. */
  readonly #drawnUpTo: number[] = [0];
  /** The newest step whose outcome the predictor has seen; 0 before the first. */
  #observed = 0;
  /** What was expected before the step that was asked for last, and the order in which it draws. */
  #current: Expectation | null = null;

  /** @param prompts of the whole training part, as tokens */
  constructor(
    prompts: readonly Int32Array[],
    range: ProblemRange,
    config: AdaptiveCurriculum,
    sources: AdaptiveSources,
  ) {
    if (range.count === 0) throw new RangeError('there is no problem to draw');
    this.#range = range;
    this.#drawnIn = new Int32Array(range.count);
    this.#config = config;
    this.#sources = sources;
    this.#predictor = new WorthPredictor(
      promptFeatures(prompts.slice(range.start, range.start + range.count)),
      config.unsolved,
    );
  }

  *sequence(step: number): Generator<number> {
    const { order, weights } = this.#before(step);
    yield* order;
    for (let round = 1; ; round += 1) yield* this.#drawn(weights, step, round);
  }

  epochAfter(drawn: number): number {
    return drawn / this.#range.count;
  }

  worthOf(count: Omit<SolvedCount, 'index'>): number {
    return worthOf(count, this.#config.unsolved);
  }

  openShare(): null {
    return null;
  }

  expectedWorth(step: number, index: number): number | null {
    return this.#before(step).worths[index - this.#range.start] ?? null;
  }

  /** What follows from the steps before this one alone, whenever it is asked. @throws RangeError for a step that was gone beyond */
  #before(step: number): Expectation {
    if (this.#current?.step === step) return this.#current;
    if (step <= this.#observed) throw new RangeError(`step ${this.#observed} was seen, and step ${step} is before it`);
    for (let seen = this.#observed + 1; seen < step; seen += 1) this.#observe(seen);
    this.#observed = step - 1;
    const worths = Float64Array.from({ length: this.#range.count }, (_, index) =>
      Math.min(1, Math.max(LEAST_WORTH, this.#predictor.expected(index))),
    );
    const weights = this.#weights(worths);
    const order = this.#drawn(weights, step, 0);
    const resting = (index: number): boolean => this.#rests(index - this.#range.start);
    this.#current = {
      step,
      worths,
      weights,
      order: [...order.filter((index) => !resting(index)), ...order.filter(resting)],
    };
    return this.#current;
  }

  #observe(step: number): void {
    const { start, count } = this.#range;
    const groups = this.#sources.solvedIn(step).map((group) => ({ ...group, index: group.index - start }));
    const own = groups.filter(({ index }) => index >= 0 && index < count);
    this.#predictor.observe(own);
    for (const { index } of own) this.#drawnIn[index] = step;
    this.#drawnUpTo.push((this.#drawnUpTo.at(-1) ?? 0) + own.length);
  }

  /** Whether fewer of the others were drawn since than the problem is to wait for. @param index among the task's problems */
  #rests(index: number): boolean {
    const step = this.#drawnIn[index] ?? 0;
    if (step === 0) return false;
    const since = (this.#drawnUpTo.at(-1) ?? 0) - (this.#drawnUpTo[step] ?? 0);
    return since < this.#config.rest * this.#range.count;
  }

  #weights(worths: Float64Array): Float64Array {
    const { exploration, focus } = this.#config;
    const values = worths.map((worth) => worth ** focus);
    const total = values.reduce((sum, value) => sum + value, 0);
    return values.map((value) => ((1 - exploration) * value) / total + exploration / worths.length);
  }

  #drawn(weights: Float64Array, step: number, round: number): number[] {
    return inWeightedOrder(weights, this.#sources.random(step, round)).map((index) => this.#range.start + index);
  }
}
