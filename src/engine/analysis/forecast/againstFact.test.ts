import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forecastSchema, type Forecast } from '../../protocol/forecast.ts';
import { againstFactSentence, forecastSummary, heldAgainst, type FirstStep } from './againstFact.ts';
import { aForecast } from '../../../../test/support/aForecast.ts';

const first: FirstStep[] = [
  {
    metrics: { 'completions/mean_length': 20, step_time: 9, 'time/cpu_s': 9 },
    ...{ alive: [true, false], truncated: [false, false, false, false], usual: false },
  },
  {
    metrics: { 'completions/mean_length': 30, step_time: 2, 'time/cpu_s': 3 },
    ...{ alive: [true, false], truncated: [true, false, false, false], usual: true },
  },
  {
    // Of all six completions that were drawn, not of the two that were kept.
    metrics: { 'completions/mean_length': 50, 'groups/generated_tokens': 150, step_time: 7, 'time/cpu_s': 8 },
    ...{ alive: [false, true, false, false, false, true], truncated: Array<boolean>(6).fill(false), usual: false },
  },
];

function factOf(forecast: Forecast, name: string): number | null | undefined {
  return heldAgainst(forecast, { first, whole: { seconds: 50, cpuSeconds: 80 }, peakBytes: 3e9 }).find((row) =>
    row.name.startsWith(name),
  )?.fact;
}

test('holds the first steps, the whole run and its memory against the forecast', () => {
  const forecast = aForecast();
  const close = (actual: number | null | undefined, wanted: number): void =>
    assert.ok(Math.abs((actual ?? NaN) - wanted) < 1e-12, String(actual));
  close(factOf(forecast, 'Groups with'), 0.4);
  close(factOf(forecast, 'Completion length'), 25);
  close(factOf(forecast, 'Time of a step'), 2);
  close(factOf(forecast, 'Processor time of a step'), 3);
  close(factOf(forecast, 'Time in all'), 50);
  close(factOf(forecast, 'Processor time in all'), 80);
  close(factOf(forecast, 'Memory'), 3e9);
  close(factOf(forecast, 'Truncated'), 1 / 14);
});

test('in words, with whether it lies in the range', () => {
  const row = {
    name: 'Time in all',
    expected: { value: 61, low: 55, high: 70 },
    words: (value: number) => `${value} s`,
  };
  assert.equal(againstFactSentence({ ...row, fact: 64 }), 'Time in all: forecast 61 s [55 s, 70 s], was 64 s.');
  assert.match(againstFactSentence({ ...row, fact: 71 }), /above the range\.$/);
  assert.match(againstFactSentence({ ...row, fact: 54 }), /below the range\.$/);
  assert.equal(againstFactSentence({ ...row, fact: null }), 'Time in all: forecast 61 s [55 s, 70 s].');
});

test('before a run is done its steps are what can be said', () => {
  const forecast = aForecast();
  const names = (rows: readonly string[]): string[] => rows.map((row) => row.split(':')[0] ?? '');
  const running = heldAgainst(forecast, { first, peakBytes: 3e9 });
  assert.deepEqual(names(forecastSummary(running)), ['Time of a step, first steps', 'Memory']);
  const done = heldAgainst(forecast, { first, whole: { seconds: 1, cpuSeconds: 1 }, peakBytes: null });
  assert.deepEqual(names(forecastSummary(done)), ['Time in all', 'Processor time in all']);
});

test('a forecast is read as it was written', () => {
  const forecast = aForecast();
  assert.deepEqual(forecastSchema.parse(JSON.parse(JSON.stringify(forecast))), forecast);
});
