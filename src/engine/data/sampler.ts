/**
 * Which problems a step trains on: of each task its share, in the order that the task has. What a step draws follows from the order and
 * the number of the step alone, so that a resumed run draws what the uninterrupted one would have drawn.
 */
import { nextTask } from '../protocol/taskShares.ts';
import type { ProblemOrder } from './problemOrder.ts';

/** A problem drawn for a step. */
export interface Draw {
  /** Index into the training part. */
  readonly index: number;
  /** How often it was drawn before in the same step. */
  readonly occurrence: number;
}

/** A task as problems are drawn from it. */
export interface SampledTask {
  /** null where the experiment has one dataset. */
  readonly name: string | null;
  readonly weight: number;
  readonly order: ProblemOrder;
}

/** By task, in the order of the tasks, what was drawn of each before a step. */
type Counts = readonly number[];

export class ProblemSampler {
  readonly #tasks: readonly SampledTask[];
  readonly #weights: readonly number[];
  readonly #perStep: number;
  /** What was drawn before step 1, before step 2 and so on, as far as anybody asked. */
  readonly #before: Counts[];

  /**
   * @param perStep problems that a step draws (`training.problemsPerStep`)
   * @throws RangeError without a task, or where a step draws none
   */
  constructor(tasks: readonly SampledTask[], perStep: number) {
    if (tasks.length < 1 || perStep < 1)
      throw new RangeError(`cannot draw ${perStep} problems of ${tasks.length} tasks`);
    this.#tasks = tasks;
    this.#weights = tasks.map(({ weight }) => weight);
    this.#perStep = perStep;
    this.#before = [tasks.map(() => 0)];
  }

  /**
   * Passes over the training part that the steps up to this one make together, with the fraction of the last; of several tasks the mean
   * of theirs, weighted by what was drawn of each.
   */
  epochAfter(step: number): number {
    const drawn = this.#drawnBefore(step + 1);
    const total = step * this.#perStep;
    if (total === 0) return 0;
    return this.#tasks.reduce((sum, { order }, task) => {
      const own = drawn[task] ?? 0;
      return sum + (own / total) * order.epochAfter(own);
    }, 0);
  }

  /** The same of each task by its name; nothing where there is one without. */
  taskEpochsAfter(step: number): ReadonlyMap<string, number> {
    const drawn = this.#drawnBefore(step + 1);
    return new Map(
      this.#tasks.flatMap(({ name, order }, task) =>
        name === null ? [] : [[name, order.epochAfter(drawn[task] ?? 0)] as const],
      ),
    );
  }

  /** The problems of a step; steps count from 1. */
  draw(step: number): Draw[] {
    return this.drawMore(step, 0, this.#perStep);
  }

  /**
   * `count` further problems for a step that has drawn `drawn` so far (dynamic sampling). The tasks have them in the same proportion, and
   * the steps that follow draw what they would have drawn without.
   */
  drawMore(step: number, drawn: number, count: number): Draw[] {
    if (!Number.isInteger(step) || step < 1) throw new RangeError(`steps count from 1, not ${step}`);
    const occurrences = new Map<number, number>();
    const draws: Draw[] = [];
    for (const index of this.#sequence(step, drawn + count)) {
      const occurrence = occurrences.get(index) ?? 0;
      occurrences.set(index, occurrence + 1);
      draws.push({ index, occurrence });
    }
    return draws.slice(drawn);
  }

  /** The first `length` problems of those that a step could draw. */
  *#sequence(step: number, length: number): Generator<number> {
    const before = this.#drawnBefore(step);
    const after = this.#drawnBefore(step + 1);
    const sequences = this.#tasks.map(({ order }, task) => {
      const had = before[task] ?? 0;
      return order.sequence(step, had, (after[task] ?? 0) - had)[Symbol.iterator]();
    });
    for (const task of this.#turns(before, length)) {
      const drawn = sequences[task]?.next();
      if (drawn === undefined || drawn.done === true) throw new RangeError(`the order of task ${task} ended`);
      yield drawn.value;
    }
  }

  #drawnBefore(step: number): Counts {
    for (let last = this.#before.length - 1; last < step - 1; last += 1) {
      const counts = [...(this.#before[last] ?? [])];
      for (const task of this.#turns(counts, this.#perStep)) counts[task] = (counts[task] ?? 0) + 1;
      this.#before.push(counts);
    }
    return this.#before[step - 1] ?? [];
  }

  /** The tasks of the next draws. @param before what each has had */
  #turns(before: Counts, draws: number): number[] {
    const counts = [...before];
    return Array.from({ length: draws }, () => {
      const task = nextTask(this.#weights, counts);
      counts[task] = (counts[task] ?? 0) + 1;
      return task;
    });
  }
}
