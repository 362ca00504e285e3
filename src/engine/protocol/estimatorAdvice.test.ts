import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimatorAdvice } from './estimatorAdvice.ts';
import { parseExperiment } from './experimentFile.ts';

const task = { dataset: { source: 'd' } };

function advice(changes: object): string[] {
  const text = JSON.stringify({ model: 'm', rewards: [{ function: 'correct' }], ...changes });
  return estimatorAdvice(parseExperiment(text, 'e.rlvr.json')).map(({ message }) => message);
}

test('one mean for several tasks is warned of', () => {
  const algorithm = { preset: 'reinforce++' };
  const [message, ...others] = advice({ tasks: { a: task, b: task }, algorithm });
  assert.match(message ?? '', /^algorithm\.advantage: .*Take `reinforce\+\+-baseline` or `group`/);
  assert.deepEqual(others, []);
  assert.deepEqual(advice({ tasks: { a: task }, algorithm }), []);
  assert.deepEqual(advice({ ...task, algorithm }), []);
  assert.deepEqual(advice({ tasks: { a: task, b: task }, algorithm: { advantage: 'reinforce++-baseline' } }), []);
  assert.deepEqual(advice({ tasks: { a: task, b: task }, algorithm, method: 'sft' }), []);
});
