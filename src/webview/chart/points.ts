/** The points of a metric as a panel holds them: what the host read first, and what came since. */
import type { MetricPoints } from '../../engine/protocol/panels/curves.ts';

export class PointSeries {
  readonly metric: string;
  readonly stepsPerPoint: number;
  /** First step of each point. */
  readonly steps: number[];
  readonly min: number[];
  readonly max: number[];
  readonly mean: number[];
  /** The newest step that is in. */
  #lastStep: number;
  /** Steps in the last point, which grows until it is full. */
  #lastCount: number;

  /** @param lastStep up to which the points were read */
  constructor({ metric, stepsPerPoint, steps, min, max, mean }: MetricPoints, lastStep: number) {
    this.metric = metric;
    this.stepsPerPoint = stepsPerPoint;
    this.steps = Array.from(steps);
    this.mean = Array.from(mean);
    const single = stepsPerPoint === 1;
    this.min = single ? this.mean : Array.from(min);
    this.max = single ? this.mean : Array.from(max);
    this.#lastStep = lastStep;
    // Where a step has no value, the mean of this one point leans a little to what comes.
    this.#lastCount = Math.max(1, Math.min(stepsPerPoint, lastStep - (this.steps.at(-1) ?? lastStep) + 1));
  }

  /** Steps in the last point: as many as in any other once it is full. */
  get lastCount(): number {
    return this.#lastCount;
  }

  get length(): number {
    return this.steps.length;
  }

  /** Adds single steps; those that are in already are left out. */
  append({ steps, mean }: MetricPoints): void {
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index] ?? 0;
      if (step <= this.#lastStep) continue;
      this.#lastStep = step;
      this.#add(Math.floor(step / this.stepsPerPoint) * this.stepsPerPoint, mean[index] ?? 0);
    }
  }

  #add(start: number, value: number): void {
    const last = this.steps.length - 1;
    if (this.steps[last] !== start) {
      this.steps.push(start);
      this.mean.push(value);
      if (this.stepsPerPoint > 1) {
        this.min.push(value);
        this.max.push(value);
      }
      this.#lastCount = 1;
      return;
    }
    this.#lastCount++;
    const mean = this.mean[last] ?? 0;
    this.mean[last] = mean + (value - mean) / this.#lastCount;
    this.min[last] = Math.min(this.min[last] ?? value, value);
    this.max[last] = Math.max(this.max[last] ?? value, value);
  }
}
