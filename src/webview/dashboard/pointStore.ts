/** The points of the run that the panel has: of every metric it shows the whole, and the part that is looked at more closely. */
import type { MetricPoints } from '../../engine/protocol/panels/curves.ts';
import { PointSeries } from '../chart/points.ts';

/** A stretch of the run, in steps. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** Twice what the host sends: beyond that, drawing gets slow for nothing that can be seen. */
const MAX_POINTS = 8000;

export class PointStore {
  readonly #whole = new Map<string, PointSeries>();
  readonly #details = new Map<string, PointSeries>();
  #detailRange: StepRange = { from: 0, to: -1 };
  #lastStep = 0;

  /** The newest step that any metric has. */
  get lastStep(): number {
    return this.#lastStep;
  }

  /** Whether there are so many points that the host should be asked for fewer. */
  get isFull(): boolean {
    return [...this.#whole.values()].some(({ length }) => length > MAX_POINTS);
  }

  has(metric: string): boolean {
    return this.#whole.has(metric);
  }

  setWhole(series: readonly MetricPoints[], lastStep: number): void {
    for (const points of series) this.#whole.set(points.metric, new PointSeries(points, lastStep));
    this.#see(lastStep);
  }

  setDetail(range: StepRange, series: readonly MetricPoints[], lastStep: number): void {
    if (range.from !== this.#detailRange.from || range.to !== this.#detailRange.to) this.#details.clear();
    this.#detailRange = range;
    for (const points of series) this.#details.set(points.metric, new PointSeries(points, lastStep));
  }

  add(series: readonly MetricPoints[]): void {
    for (const points of series) {
      this.#whole.get(points.metric)?.append(points);
      this.#see(points.steps.at(-1) ?? 0);
      if (this.#lastStep <= this.#detailRange.to) this.#details.get(points.metric)?.append(points);
    }
  }

  /** Forgets the metrics that are not shown any more. */
  keepOnly(metrics: ReadonlySet<string>): void {
    for (const points of [this.#whole, this.#details])
      for (const metric of points.keys()) if (!metrics.has(metric)) points.delete(metric);
  }

  whole(metric: string): PointSeries | null {
    return this.#whole.get(metric) ?? null;
  }

  /** The points with which a stretch of the run is drawn; null where there are none closer than those of the whole. */
  detail(metric: string, { from, to }: StepRange): PointSeries | null {
    const inside = from >= this.#detailRange.from && Math.min(to, this.#lastStep) <= this.#detailRange.to;
    return inside ? (this.#details.get(metric) ?? null) : null;
  }

  /** Whether the host has closer points of a stretch than are here. */
  wantsDetail(metrics: readonly string[], range: StepRange): boolean {
    return metrics.some((metric) => {
      const whole = this.#whole.get(metric);
      if (whole === undefined || whole.stepsPerPoint === 1) return false;
      const detail = this.detail(metric, range);
      if (detail === null) return true;
      // Zoomed in further: the points of the wider stretch have become few.
      const wide = this.#detailRange.to - this.#detailRange.from;
      return detail.stepsPerPoint > 1 && range.to - range.from < wide / CLOSER;
    });
  }

  #see(step: number): void {
    this.#lastStep = Math.max(this.#lastStep, step);
  }
}

/** A part so many times shorter than what was asked for is worth asking for anew. */
const CLOSER = 8;
