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
