/** The usual order of a task's problems: shuffled, in another way every epoch. */
import { shuffle } from '../random/draws.ts';
import { uniforms, type StreamPath } from '../random/keyed.ts';
import type { ProblemOrder, ProblemRange } from './problemOrder.ts';

/**
 * A new random order every epoch, in which each problem comes once before any comes again. Further problems of a step come in an order
 * of the step's own, those that the step has not seen first, and leave the epoch's order to the steps that follow.
 */
export class ShuffledOrder implements ProblemOrder {
  readonly #range: ProblemRange;
  readonly #seed: number;
  /** The order of the epoch that was asked for last; the next step mostly asks for it again. */
  #order: { readonly epoch: number; readonly indices: readonly number[] } | null = null;

  /** @throws RangeError without a problem */
  constructor(range: ProblemRange, seed: number) {
    if (range.count < 1) throw new RangeError('cannot draw from no problems');
    this.#range = range;
    this.#seed = seed;
  }

  epochAfter(drawn: number): number {
    return drawn / this.#range.count;
  }

  *sequence(step: number, before: number, regular: number): Generator<number> {
    const { count } = this.#range;
    const seen = new Set<number>();
    for (let position = before; position < before + regular; position += 1) {
      const index = this.#epochOrder(Math.floor(position / count))[position % count] ?? 0;
      seen.add(index);
      yield index;
    }
    for (let round = 0; ; round += 1) {
      const order = this.#shuffled(furtherPath(this.#range.task, step, round));
      yield* round === 0 ? order.filter((index) => !seen.has(index)) : order;
    }
  }

  #epochOrder(epoch: number): readonly number[] {
    if (this.#order?.epoch !== epoch)
      this.#order = { epoch, indices: this.#shuffled(epochPath(this.#range.task, epoch)) };
    return this.#order.indices;
  }

  #shuffled(path: StreamPath): number[] {
    const { start, count } = this.#range;
    const indices = Array.from({ length: count }, (_, index) => start + index);
    return shuffle(indices, uniforms(this.#seed, 'shuffle', path));
  }
}

/** Of the first task as in runs of one, whose problems were drawn before there were tasks. Steps count from 1, so 0 is free for epochs. */
function epochPath(task: number, epoch: number): StreamPath {
  return task === 0 ? [epoch] : [task, 0, epoch];
}

function furtherPath(task: number, step: number, round: number): StreamPath {
  return task === 0 ? [step, round] : [task, step, round];
}
