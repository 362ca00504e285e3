/** Draws from the part of an order that is open. */
import type { OpeningConfig } from '../../protocol/curriculum.ts';
import type { CurriculumOrder, OrderRandom } from './curriculumOrder.ts';
import { openCount, openShare } from './openShare.ts';
import { inRandomOrder } from './randomOrder.ts';
import { signalOf, type SolvedCount } from './worthPredictor.ts';

export class OpeningOrder implements CurriculumOrder {
  readonly #order: readonly number[];
  readonly #steps: number;
  readonly #opening: OpeningConfig;
  readonly #random: OrderRandom;

  /**
   * @param order of the problems of one task by index into the whole training part, the first to be opened first
   * @param steps of the run
   */
  constructor(order: readonly number[], steps: number, opening: OpeningConfig, random: OrderRandom) {
    if (order.length === 0) throw new RangeError('there is no problem to draw');
    this.#order = order;
    this.#steps = steps;
    this.#opening = opening;
    this.#random = random;
  }

  *sequence(step: number): Generator<number> {
    const open = this.#order.slice(0, openCount(this.openShare(step), this.#order.length));
    for (let round = 0; ; round += 1) yield* inRandomOrder(open, this.#random(step, round));
  }

  epochAfter(drawn: number): number {
    return drawn / this.#order.length;
  }

  openShare(step: number): number {
    return openShare(step, this.#steps, this.#opening);
  }

  worthOf(count: Omit<SolvedCount, 'index'>): number {
    return signalOf(count);
  }

  expectedWorth(): null {
    return null;
  }
}
