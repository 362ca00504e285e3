import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvaluationSummary } from '../../../src/engine/protocol/events.ts';
import type { MetricPoints } from '../../../src/engine/protocol/panels/curves.ts';
import { STEPS } from '../../../src/webview/chart/stepMap.ts';
import { chartView, type ChartSource } from '../../../src/webview/dashboard/chartContent.ts';
import { chartSpecs, type ChartSpec } from '../../../src/webview/dashboard/chartSpecs.ts';
import { sinceText } from '../../../src/webview/dashboard/extents.ts';
import { PointStore } from '../../../src/webview/dashboard/pointStore.ts';

function points(metric: string, values: readonly number[], stepsPerPoint = 1): MetricPoints {
  const mean = Float64Array.from(values);
  const wide = stepsPerPoint > 1;
  return {
    ...{ metric, stepsPerPoint, mean },
    steps: mean.map((_, index) => 1 + index * stepsPerPoint),
    min: wide ? mean.map((value) => value - 1) : mean,
    max: wide ? mean.map((value) => value + 1) : mean,
  };
}

function source(series: readonly MetricPoints[], changes: Partial<ChartSource> = {}): ChartSource {
  const store = new PointStore();
  store.setWhole(series, 4);
  const smoothing = { weight: 0, totalSteps: 4 };
  return { store, evaluations: [], signs: [], changes: [], map: STEPS, range: null, smoothing, ...changes };
}

function spec(title: string, rewards: readonly string[] = ['correct']): ChartSpec {
  const found = chartSpecs(['groups/reward_std'], { method: 'grpo', rewards }).first.find((one) => one.title === title);
  assert.ok(found);
  return found;
}

test('the reward with the spread within its groups', () => {
  const data = source([points('reward', [0.2, 0.4]), points('groups/reward_std', [0.1, 0.3])]);
  const { content, legend } = chartView(spec('Reward'), data);
  assert.deepEqual(
    content.lines.map(({ y }) => Array.from(y)),
    [[0.2, 0.4]],
  );
  assert.deepEqual(
    content.bands.map(({ low, high }) => [low, high].map((side) => Array.from(side, (v) => +v.toFixed(3)))),
    [
      [
        [0.1, 0.1],
        [0.3, 0.7],
      ],
    ],
  );
  assert.deepEqual(
    legend(null).map(({ label, value, min, max }) => [label, value, min, max]),
    [
      ['Reward', '0.400', '0.200', '0.400'],
      ['Spread within groups', '± 0.300', '', ''],
    ],
  );
  assert.equal(legend(1)[0]?.value, '0.200', 'at the cursor');
});

test('the last value is the last that is looked at', () => {
  const series = [points('reward', [0.1, 0.2, 0.3, 0.4]), points('groups/reward_std', [0.01, 0.02, 0.03, 0.04])];
  const { legend } = chartView(spec('Reward'), source(series, { range: { from: 1, to: 2 } }));
  assert.deepEqual(
    legend(null).map(({ value }) => value),
    ['0.200', '± 0.020'],
  );
});

test('smoothed, the values themselves stay behind', () => {
  const data = source([points('reward', [0, 1])], { smoothing: { weight: 0.5, totalSteps: 4 } });
  const { content, legend } = chartView(spec('Reward'), data);
  const [raw, smoothed] = content.lines;
  assert.ok(raw && smoothed);
  assert.ok(raw.opacity < smoothed.opacity);
  assert.deepEqual(Array.from(raw.y), [0, 1]);
  assert.deepEqual(Array.from(smoothed.y), [0, 1 / 1.5]);
  assert.deepEqual([legend(null)[0]?.value, legend(null)[0]?.smoothed], ['1.00', '0.667']);
});

test('points of several steps show from where to where their values go', () => {
  const { content } = chartView(spec('Reward'), source([points('reward', [5, 6], 100)]));
  assert.deepEqual(
    content.bands.map(({ low, high }) => [low, high].map((side) => Array.from(side))),
    [
      [
        [4, 5],
        [6, 7],
      ],
    ],
  );
});

test('the shortest and the longest are not averaged away', () => {
  const series = [
    ...[points('completions/mean_length', [10, 10]), points('completions/min_length', [2, 8])],
    ...[points('completions/max_length', [90, 12]), points('completions/clipped_ratio', [0.25, 0.5])],
  ];
  const { content, legend } = chartView(
    spec('Completion length'),
    source(series, { smoothing: { weight: 0.9, totalSteps: 4 } }),
  );
  const [band] = content.bands;
  assert.ok(band);
  assert.deepEqual(
    [band.low, band.high].map((side) => Array.from(side)),
    [
      [2, 8],
      [90, 12],
    ],
  );
  assert.deepEqual(
    legend(null).map(({ label, value }) => [label, value]),
    [
      ['Mean', '10.0'],
      ['Shortest to longest', '8.00 to 12.0'],
      ['Truncated', '50.0 %'],
    ],
  );
  assert.equal(content.lines.findLast(({ side }) => side === 'right')?.dash, 'dashed');
});

test('a metric without a value at a step leaves no hole in its neighbours', () => {
  const spread = { ...points('groups/reward_std', [0.1, 0.3]), steps: Float64Array.of(1, 3) };
  const data = source([points('reward', [1, 2, 3]), spread]);
  const [band] = chartView(spec('Reward'), data).content.bands;
  assert.deepEqual(Array.from(band?.x ?? []), [1, 3]);
});

test('nothing there yet, nothing drawn', () => {
  const { content, legend } = chartView(spec('Reward'), source([]));
  assert.deepEqual([content.lines, content.bands, legend(null)], [[], [], []]);
});

function evaluation(step: number, value: number, split: 'validation' | 'test' = 'validation'): EvaluationSummary {
  return {
    ...{ step, split, problems: 100, samples: 1, correct: Math.round(100 * value) },
    accuracy: { value, low: value - 0.1, high: value + 0.1 },
  };
}

test('the held-out accuracy with its intervals, against what it was before', () => {
  const evaluations = [evaluation(0, 0.25), evaluation(50, 0.5), evaluation(100, 0.75), evaluation(100, 0.7, 'test')];
  const { content, legend } = chartView(spec('Held-out accuracy'), source([], { evaluations }));
  assert.equal(content.levels[0]?.y, 0.25);
  assert.equal(content.whiskers.length, 2);
  assert.deepEqual(Array.from(content.whiskers[0]?.low ?? []), [0.15, 0.4, 0.65]);
  assert.deepEqual(
    legend(60).map(({ label, value }) => [label, value]),
    [
      ['Accuracy, 95 % interval', '50.0 % (40.0 to 60.0)'],
      ['Test split', '70.0 % (60.0 to 80.0)'],
      ['Before training', '25.0 %'],
    ],
  );
});

test('lenient matching has a curve of its own where it says something else', () => {
  const withLenient = (by: number): EvaluationSummary[] =>
    [evaluation(0, 0.25), evaluation(50, 0.5)].map((one) => {
      const { value, low, high } = one.accuracy;
      return { ...one, measures: { lenient: { value: value + by, low: low + by, high: high + by } } };
    });
  const labels = (evaluations: readonly EvaluationSummary[]): unknown =>
    chartView(spec('Held-out accuracy'), source([], { evaluations }))
      .legend(null)
      .map(({ label, value }) => [label, value]);
  assert.deepEqual(labels([...withLenient(0.25), evaluation(100, 0.7, 'test')]), [
    ['Accuracy, 95 % interval', '50.0 % (40.0 to 60.0)'],
    ['Lenient: last number, any form', '75.0 % (65.0 to 85.0)'],
    ['Test split', '70.0 % (60.0 to 80.0)'],
    ['Before training', '25.0 %'],
  ]);
  assert.deepEqual(labels(withLenient(0)), [
    ['Accuracy, 95 % interval', '50.0 % (40.0 to 60.0)'],
    ['Before training', '25.0 %'],
  ]);
});

test('so many intervals that they run into each other are a band', () => {
  const evaluations = Array.from({ length: 200 }, (_, step) => evaluation(step, 0.5));
  const { content } = chartView(spec('Held-out accuracy'), source([], { evaluations }));
  assert.equal(content.whiskers.length, 0);
  assert.equal(content.bands.length, 1);
  assert.equal(content.lines[0]?.dots, false);
});

test('what is zoomed into is what the lowest and the highest are of', () => {
  const data = source([points('reward', [9, 2, 3, 9])], { range: { from: 2, to: 3 } });
  const [row] = chartView(spec('Reward'), data).legend(null);
  assert.deepEqual([row?.min, row?.max], ['2.00', '3.00']);
});

const change = { step: 3, rewards: ['correct'], solved: true };

test('where other reward code took over, curves and bands are cut and a line stands in the gap', () => {
  const data = source([points('reward', [1, 2, 30, 40]), points('groups/reward_std', [1, 1, 1, 1])], {
    changes: [change],
    smoothing: { weight: 0.5, totalSteps: 4 },
  });
  const { content } = chartView(spec('Reward'), data);
  const parts = content.lines.filter(({ opacity }) => opacity === 1).map(({ x, y }) => [[...Array.from(x)], y[0]]);
  // The average begins anew, and knows nothing of what came before.
  assert.deepEqual(parts.sort(), [
    [[1, 2], 1],
    [[3, 4], 30],
  ]);
  assert.deepEqual(
    content.bands.map(({ x }) => Array.from(x)),
    [
      [1, 2],
      [3, 4],
    ],
  );
  assert.deepEqual(
    content.rules?.map(({ x, step, label }) => [x, step, label]),
    [[2.5, 3, 'reward changed at step 3']],
  );
});

test('the lowest and the highest are of what lies since the change, and it is said of which curves', () => {
  const series = [points('reward', [9, 8, 3, 4]), points('rewards/format/mean', [7, 1, 1, 1])];
  const legendOf = (changes: Partial<ChartSource>) =>
    chartView(spec('Reward', ['correct', 'format']), source(series, { changes: [change], ...changes })).legend(null);
  const [reward] = legendOf({});
  assert.deepEqual([reward?.min, reward?.max, reward?.since], ['3.00', '4.00', 3]);
  // Of what lies before it alone, and of what lies behind it, all is of one measure.
  assert.deepEqual(legendOf({ range: { from: 1, to: 2 } })[0]?.max, '9.00');
  assert.deepEqual(legendOf({ range: { from: 3, to: 4 } })[0]?.since, null);
  const row = (label: string, since: number | null, min = '1') => ({ label, since, min });
  assert.equal(sinceText([row('Reward', null), row('Spread', null, '')]), '');
  assert.equal(
    sinceText([row('Reward', 31), row('Spread', null, '')]),
    'min and max since step 31, when the reward changed',
  );
  assert.equal(
    sinceText([row('Reward', 1_031), row('a', 1_031), row('b', 7), row('c', null)]),
    'min and max of Reward, a since step 1,031 and of b since step 7, when the reward changed',
  );
});

test('a metric that no reward stands behind is not cut', () => {
  const data = source([points('completions/mean_length', [1, 2, 3, 4])], { changes: [change] });
  const { content } = chartView(spec('Completion length'), data);
  assert.deepEqual(
    content.lines.map(({ x }) => x.length),
    [4],
  );
  assert.deepEqual(content.rules, []);
});

test('held-out accuracies of before and after are not joined, nor held against that before training', () => {
  const accuracy = { value: 0.5, low: 0.4, high: 0.6 };
  const evaluations = [0, 2, 4].map((step): EvaluationSummary => ({
    ...{ step, split: 'validation', problems: 4, samples: 1, correct: 2, accuracy },
  }));
  const view = (changes: ChartSource['changes']) =>
    chartView(spec('Held-out accuracy'), source([], { evaluations, changes }));
  assert.deepEqual(view([{ ...change, solved: false }]).content.lines.length, 1);
  const { content } = view([change]);
  assert.deepEqual(
    content.lines.map(({ x }) => Array.from(x)),
    [[0, 2], [4]],
  );
  assert.deepEqual(content.levels, []);
});
