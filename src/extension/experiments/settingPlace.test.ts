import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingPlace } from './settingPlace.ts';

const text = `{
  // How long.
  "rollout": { "groupSize": 8, "maxCompletionLength": 256 },
  "rewards": [{ "function": "gsm8k" }, { "function": "format", "weight": 0.1, }],
}`;

function place(...path: (string | number)[]): [string, boolean] {
  const { range, isSet } = settingPlace(text, path);
  return [text.slice(range.offset, range.offset + range.length), isSet];
}

test('a value with its key', () => {
  assert.deepEqual(place('rollout', 'maxCompletionLength'), ['"maxCompletionLength": 256', true]);
  assert.deepEqual(place('rewards', 1, 'weight'), ['"weight": 0.1', true]);
  assert.deepEqual(place('rewards', 0), ['{ "function": "gsm8k" }', true]);
});

test('of what the file leaves out, what it would stand in', () => {
  assert.deepEqual(place('rollout', 'stop'), ['"rollout"', false]);
  assert.deepEqual(place('rewards', 0, 'weight'), ['{ "function": "gsm8k" }', false]);
  assert.deepEqual(place('algorithm', 'dynamicSampling'), ['', false]);
});

test('a text that is being written', () => {
  assert.deepEqual(settingPlace('', ['rollout']), { range: { offset: 0, length: 0 }, isSet: false });
  assert.deepEqual(settingPlace('{ "rollout": ', ['rollout', 'stop']).isSet, false);
});
