import assert from 'node:assert/strict';
import { test } from 'node:test';
import { about, aForecast } from '../../../../test/support/aForecast.ts';
import { parseExperiment } from '../../protocol/experimentFile.ts';
import { forecastAdvice } from './forecastAdvice.ts';
import { forecastNotes, forecastRows, sampleSentence } from './forecastWords.ts';

const file = { model: 'model', dataset: { source: 'a.jsonl' }, rewards: [{ function: 'gsm8k' }] };
const experiment = parseExperiment(JSON.stringify(file), 'a.rlvr.json');

test('every number with its range', () => {
  const rows = forecastRows(aForecast({ cost: { kilowattHours: about(0.5), money: about(2), currency: 'EUR' } }));
  assert.deepEqual(
    rows.map(({ name, expected }) => `${name.trim()}: ${expected}`),
    [
      'Groups with an advantage: 37.5 % [18.0 %, 61.0 %]',
      'Truncated completions: 5.0 % [4.5 %, 5.5 %]',
      'Completion length: 40.0 [36.0, 44.0] tokens',
      'Time of a step: 2.00 s [1.80 s, 2.20 s]',
      'of processors: 3.00 CPU-s [2.70 CPU-s, 3.30 CPU-s]',
      'Time in all: 1 min 00 s [54 s, 1 min 06 s]',
      'of processors: 90.0 CPU-s [81.0 CPU-s, 99.0 CPU-s]',
      'Memory: 1.9 GiB [1.7 GiB, 2.0 GiB]',
      'Energy: 0.500 [0.450, 0.550] kWh',
      'Cost: 2.00 EUR [1.80 EUR, 2.20 EUR]',
    ],
  );
});

test('what a system does not say is not known', () => {
  const unknown = { seconds: about(1), cpuSeconds: null };
  const rows = forecastRows(aForecast({ total: unknown, step: unknown, peakBytes: null }));
  assert.equal(rows.filter(({ expected }) => expected === 'not known on this system').length, 3);
});

test('what was tried, and what the numbers rest on', () => {
  const forecast = aForecast();
  assert.equal(sampleSentence(forecast), 'Tried 128 completions of 16 problems and 20 held-out problems, in 13 s.');
  const [time, learning] = forecastNotes(forecast, experiment);
  assert.equal(time, 'Of the time: starting 8.3 %, 3 steps 83.3 %, evaluating 6.7 %, saving 1.7 %.');
  assert.match(learning ?? '', /change while it learns/);
  const part = aForecast({ sample: { ...forecast.sample, wholeSteps: false } });
  assert.match(forecastNotes(part, experiment).at(-1) ?? '', /^A part of a step was tried/);
});

test('what a curriculum does besides is said', () => {
  const noted = (curriculum: object): string => {
    const ordered = parseExperiment(JSON.stringify({ ...file, curriculum }), 'a.rlvr.json');
    return forecastNotes(aForecast(), ordered).at(-1) ?? '';
  };
  assert.match(noted({ by: 'passRate', samples: 8 }), /8 completions of every training problem, is in no number here/);
  assert.match(noted({ by: 'passRate', problems: 200 }), /4 completions of 200 problems of each task/);
  assert.match(noted({ by: 'adaptive' }), /other problems than the sample/);
  assert.match(noted({ by: 'column', column: 'level' }), /change while it learns/);
});

test('where most groups would teach nothing, it is said what would help', () => {
  const advice = forecastAdvice(aForecast(), experiment);
  assert.match(
    advice[0] ?? '',
    /^Most groups would teach nothing: 62\.5 % \[39\.0 %, 82\.0 %\] have no advantage \(9 all wrong, 1 all right\)/,
  );
  assert.match(advice[1] ?? '', /^What would help: easier problems; a curriculum, .*"adaptive".*dynamicSampling/);
  assert.match(advice[2] ?? '', /groupSize 16 in place of 8 about 61\.0 % .* instead of 37\.5 %/);
  const curriculum = parseExperiment(JSON.stringify({ ...file, curriculum: { by: 'adaptive' } }), 'a.rlvr.json');
  assert.doesNotMatch(forecastAdvice(aForecast(), curriculum)[1] ?? '', /a curriculum/);
});

test('truncation, memory and a long time are warned of; nothing is where nothing stands out', () => {
  const { signal } = aForecast();
  assert.ok(signal !== null);
  const well = { ...signal, advantage: { value: 0.8, low: 0.7, high: 0.9 }, causes: [] };
  assert.deepEqual(forecastAdvice(aForecast({ signal: well }), experiment), []);
  const cut = forecastAdvice(aForecast({ signal: { ...well, truncated: about(0.5) } }), experiment);
  assert.match(cut[0] ?? '', /cut off at 256 tokens: raise rollout\.maxCompletionLength/);
  const large = { signal: well, peakBytes: about(9e9) };
  assert.match(
    forecastAdvice(aForecast(large), experiment)[0] ?? '',
    /needs more memory than there is.*training\.microBatch/,
  );
  const close = { signal: well, peakBytes: about(7.5e9) };
  assert.match(forecastAdvice(aForecast(close), experiment)[0] ?? '', /may need more memory/);
  const long = { signal: well, total: { seconds: about(50_000), cpuSeconds: null } };
  assert.match(forecastAdvice(aForecast(long), experiment)[0] ?? '', /about 13 h 53 min/);
});
