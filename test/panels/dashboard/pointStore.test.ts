import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricPoints } from '../../../src/engine/protocol/panels/curves.ts';
import { PointStore } from '../../../src/webview/dashboard/pointStore.ts';
import { curveData } from '../../../src/webview/dashboard/curveData.ts';

function points(steps: readonly number[], stepsPerPoint: number, value = (step: number) => step): MetricPoints {
  const mean = Float64Array.from(steps, value);
  return { metric: 'reward', stepsPerPoint, steps: Float64Array.from(steps), min: mean, max: mean, mean };
}

const range = (length: number, by: number, from = 0): number[] =>
  Array.from({ length }, (_, index) => from + index * by);

test('a zoom is drawn with the points that were read for it', () => {
  const store = new PointStore();
  store.setWhole([points(range(10, 100), 100)], 999);
  assert.ok(store.wantsDetail(['reward'], { from: 200, to: 300 }));
  store.setDetail({ from: 150, to: 350 }, [points(range(201, 1, 150), 1)], 999);
  assert.ok(!store.wantsDetail(['reward'], { from: 200, to: 300 }));
  assert.equal(store.detail('reward', { from: 200, to: 300 })?.stepsPerPoint, 1);
  assert.equal(store.detail('reward', { from: 100, to: 300 }), null, 'not where some of it is missing');
});

test('closer than a detail that is coarse itself, another one', () => {
  const store = new PointStore();
  store.setWhole([points(range(10, 100_000), 100_000)], 999_999);
  store.setDetail({ from: 0, to: 500_000 }, [points(range(100, 5000), 5000)], 999_999);
  assert.ok(!store.wantsDetail(['reward'], { from: 100_000, to: 300_000 }));
  assert.ok(store.wantsDetail(['reward'], { from: 100_000, to: 120_000 }));
});

test('where each step has its point, nothing closer is wanted', () => {
  const store = new PointStore();
  store.setWhole([points(range(10, 1), 1)], 9);
  assert.ok(!store.wantsDetail(['reward'], { from: 2, to: 4 }));
});

test('new steps come into the whole, and into a detail that reaches so far', () => {
  const store = new PointStore();
  store.setWhole([points([0, 10], 10)], 19);
  store.setDetail({ from: 10, to: 25 }, [points(range(10, 1, 10), 1)], 19);
  store.add([points([20, 21], 1)]);
  assert.equal(store.lastStep, 21);
  assert.deepEqual(store.whole('reward')?.steps, [0, 10, 20]);
  assert.equal(store.detail('reward', { from: 10, to: 30 })?.steps.at(-1), 21, 'all there is until now');
  store.add([points(range(10, 1, 22), 1)]);
  assert.equal(store.detail('reward', { from: 10, to: 31 }), null, 'it does not reach the newest any more');
});

test('a page that gathers too much asks again', () => {
  const store = new PointStore();
  store.setWhole([points(range(4000, 1), 1)], 3999);
  assert.ok(!store.isFull);
  store.add([points(range(4001, 1, 4000), 1)]);
  assert.ok(store.isFull);
});

test('what is not shown any more is forgotten', () => {
  const store = new PointStore();
  store.setWhole([points([0], 1)], 0);
  store.keepOnly(new Set(['loss']));
  assert.equal(store.whole('reward'), null);
});

test('zoomed in between two values, the line between them', () => {
  const store = new PointStore();
  store.setWhole([points([0, 1000, 2000], 10)], 2000);
  store.setDetail({ from: 400, to: 600 }, [points([], 1)], 2000);
  const data = curveData(store, 'reward', { from: 450, to: 550 }, { weight: 0, totalSteps: 2000 });
  assert.deepEqual(data?.points.steps, [0, 1000, 2000]);
});

test('zoomed in, the average is where it is in the whole', () => {
  const store = new PointStore();
  const wave = (step: number): number => Math.sin(step / 40);
  const bucket = (step: number): number => range(10, 1, step).reduce((sum, each) => sum + wave(each), 0) / 10;
  store.setWhole([points(range(100, 10), 10, bucket)], 999);
  store.setDetail({ from: 500, to: 700 }, [points(range(201, 1, 500), 1, wave)], 999);
  const smoothing = { weight: 0.9, totalSteps: 10_000 };
  const whole = curveData(store, 'reward', null, smoothing);
  const part = curveData(store, 'reward', { from: 520, to: 680 }, smoothing);
  assert.ok(whole && part);
  const inWhole = whole.smoothed[59] ?? NaN;
  const inPart = part.smoothed[599 - 500] ?? NaN;
  assert.ok(Math.abs(inWhole - inPart) < 0.03, `${inWhole} and ${inPart}`);
});
