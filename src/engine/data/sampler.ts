/**
 * Which problems a step trains on. Problems come in a new random order every epoch, each once before any comes again, and what a step
 * draws follows from (seed, step) alone, so that a resumed run draws what the uninterrupted one would have drawn.
 */
import { shuffle } from '../random/draws.ts';
import { uniforms } from '../random/keyed.ts';

/** A problem drawn for a step. */
export interface Draw {
  /** Index into the training part. */
  readonly index: number;
  /** How often it was drawn before in the same step. */
  readonly occurrence: number;
}

export class ProblemSampler {
  readonly #problems: number;
  readonly #perStep: number;
  readonly #seed: number;
  /** The order of the epoch that was asked for last; the next step mostly asks for it again. */
  #order: { readonly epoch: number; readonly indices: readonly number[] } | null = null;

  /**
   * @param problems size of the training part
   * @param perStep problems that a step draws (`training.problemsPerStep`)
   * @throws RangeError where either is not at least 1
   */
  constructor(problems: number, perStep: number, seed: number) {
    if (problems < 1 || perStep < 1) throw new RangeError(`cannot draw ${perStep} of ${problems} problems`);
    this.#problems = problems;
    this.#perStep = perStep;
    this.#seed = seed;
  }

  /** Passes over the training part that the steps up to this one make together, with the fraction of the last. */
  epochAfter(step: number): number {
    return (step * this.#perStep) / this.#problems;
  }

  /** The problems of a step; steps count from 1. */
  draw(step: number): Draw[] {
    return this.drawMore(step, 0, this.#perStep);
  }

  /**
   * `count` further problems for a step that has drawn `drawn` so far (dynamic sampling). They come in an order of the step's own,
   * those that the step has not seen first, and leave the epoch's order to the steps that follow.
   */
  drawMore(step: number, drawn: number, count: number): Draw[] {
    if (!Number.isInteger(step) || step < 1) throw new RangeError(`steps count from 1, not ${step}`);
    const occurrences = new Map<number, number>();
    const draws: Draw[] = [];
    for (const index of this.#sequence(step)) {
      if (draws.length === drawn + count) break;
      const occurrence = occurrences.get(index) ?? 0;
      occurrences.set(index, occurrence + 1);
      draws.push({ index, occurrence });
    }
    return draws.slice(drawn);
  }

  /** Everything a step could ever draw, without end: its share of the epoch, and then orders of its own. */
  *#sequence(step: number): Generator<number> {
    const seen = new Set<number>();
    for (let position = (step - 1) * this.#perStep; position < step * this.#perStep; position += 1) {
      const index = this.#epochOrder(Math.floor(position / this.#problems))[position % this.#problems] ?? 0;
      seen.add(index);
      yield index;
    }
    for (let round = 0; ; round += 1) {
      const order = this.#shuffled([step, round]);
      yield* round === 0 ? order.filter((index) => !seen.has(index)) : order;
    }
  }

  #epochOrder(epoch: number): readonly number[] {
    if (this.#order?.epoch !== epoch) this.#order = { epoch, indices: this.#shuffled([epoch]) };
    return this.#order.indices;
  }

  #shuffled(path: readonly [number] | readonly [number, number]): number[] {
    const indices = Array.from({ length: this.#problems }, (_, index) => index);
    return shuffle(indices, uniforms(this.#seed, 'shuffle', path));
  }
}
