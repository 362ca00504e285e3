import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { bucketSteps } from '../../src/engine/run/pyramid.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { chooseResolution } from '../../src/engine/run/series.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, RUN_ID, temporaryFolder } from './samples.ts';

const STEPS = 100_000;
const METRICS = 12;
/** Steps per transaction: a run is written step by step, but a test need not force a hundred thousand of them to the disk. */
const BATCH = 10_007;

/** Metric m at a step; every third metric is logged every 50th step only, as evaluations are. */
function value(metric: number, step: number): number | null {
  return metric % 3 === 2 && step % 50 !== 0 ? null : Math.sin(step * (metric + 1)) * (metric + 1) + step / 1000;
}

test('100,000 steps of 12 metrics: what the pyramid says is what the values say', (t) => {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
  t.after(() => writer.close());
  for (let first = 0; first < STEPS; first += BATCH) {
    writer.writeSteps(
      Array.from({ length: Math.min(BATCH, STEPS - first) }, (_, i) => {
        const step = first + i;
        const metrics: Record<string, number> = {};
        for (let metric = 0; metric < METRICS; metric++) {
          const logged = value(metric, step);
          if (logged !== null) metrics[`metric/${metric}`] = logged;
        }
        return { step, metrics, problems: [], completions: [], evaluation: null, state: null };
      }),
    );
  }
  const reader = RunReader.open(writer.dir);
  t.after(() => reader.close());
  for (let metric = 0; metric < METRICS; metric++) {
    for (const [from, to, maxPoints] of [
      [0, STEPS - 1, 2000],
      [0, STEPS - 1, 100],
      [0, STEPS - 1, 1],
      [12_345, 54_321, 333],
      [99_000, 99_999, 10_000],
    ] as const) {
      const name = `metric/${metric}`;
      const series = reader.series(name, { from, to, maxPoints });
      assert.ok(series.steps.length <= maxPoints && series.steps.length > 0);
      assertBruteForce(series, metric, from, to, maxPoints);
    }
  }
});

function assertBruteForce(
  series: ReturnType<RunReader['series']>,
  metric: number,
  from: number,
  to: number,
  maxPoints: number,
): void {
  const size = series.stepsPerPoint;
  const lastLogged = metric % 3 === 2 ? STEPS - 50 : STEPS - 1;
  const { level, merge } = chooseResolution(from, Math.min(to, lastLogged), maxPoints);
  assert.equal(size, merge * bucketSteps(level));
  // The ends reach to whole buckets of the level that was read.
  const bucket = bucketSteps(level);
  const first = Math.floor(from / bucket) * bucket;
  const last = Math.min(STEPS, (Math.floor(to / bucket) + 1) * bucket) - 1;
  const points = new Map<number, number[]>();
  for (let step = first; step <= last; step++) {
    const logged = value(metric, step);
    if (logged === null) continue;
    const point = Math.floor(step / size) * size;
    const values = points.get(point);
    if (values === undefined) points.set(point, [logged]);
    else values.push(logged);
  }
  assert.deepEqual([...series.steps], [...points.keys()]);
  [...points.values()].forEach((values, i) => {
    assert.equal(
      series.min[i],
      values.reduce((a, b) => Math.min(a, b)),
    );
    assert.equal(
      series.max[i],
      values.reduce((a, b) => Math.max(a, b)),
    );
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    assert.ok(Math.abs((series.mean[i] ?? NaN) - mean) < 1e-9, `mean of point ${i}`);
  });
}
