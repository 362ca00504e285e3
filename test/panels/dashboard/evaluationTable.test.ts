import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluationTable } from '../../../src/webview/dashboard/evaluationTable.ts';

test('every evaluation is a line, and no other step is', () => {
  const counts = { problems: 10, samples: 1 };
  assert.equal(
    evaluationTable([
      { step: 0, split: 'validation', ...counts, correct: 2, accuracy: { value: 0.2, low: 0.06, high: 0.51 } },
      { step: 50, split: 'test', ...counts, correct: 5, accuracy: { value: 0.5, low: 0.24, high: 0.76 } },
    ]),
    [
      'step,split,problems,samples,accuracy,accuracy_low,accuracy_high',
      '0,validation,10,1,0.2,0.06,0.51',
      '50,test,10,1,0.5,0.24,0.76\n',
    ].join('\n'),
  );
});

test('what else was measured has columns, empty where it was not', () => {
  const evaluation = { split: 'validation', problems: 10, samples: 2, correct: 2 } as const;
  const accuracy = { value: 0.2, low: 0.06, high: 0.51 };
  const lenient = { value: 0.3, low: 0.1, high: 0.6 };
  assert.equal(
    evaluationTable([
      { step: 0, ...evaluation, accuracy },
      { step: 1, ...evaluation, accuracy, measures: { lenient, 'maj@2': accuracy } },
    ]),
    [
      'step,split,problems,samples,accuracy,accuracy_low,accuracy_high,lenient,lenient_low,lenient_high,maj@2,maj@2_low,maj@2_high',
      '0,validation,10,2,0.2,0.06,0.51,,,,,,',
      '1,validation,10,2,0.2,0.06,0.51,0.3,0.1,0.6,0.2,0.06,0.51\n',
    ].join('\n'),
  );
});

test('each of several tasks has a line below that of all', () => {
  const accuracy = { value: 0.2, low: 0.06, high: 0.51 };
  const own = { problems: 5, correct: 1, accuracy };
  const whole = { step: 0, split: 'validation', problems: 10, samples: 1, correct: 2, accuracy } as const;
  assert.equal(
    evaluationTable([{ ...whole, tasks: { sums: own, words: own } }]),
    [
      'step,split,task,problems,samples,accuracy,accuracy_low,accuracy_high',
      '0,validation,,10,1,0.2,0.06,0.51',
      '0,validation,sums,5,1,0.2,0.06,0.51',
      '0,validation,words,5,1,0.2,0.06,0.51\n',
    ].join('\n'),
  );
});
