import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../protocol/errors.ts';
import { chosenProblems } from './problemOption.ts';

const several = {
  tasks: [
    { name: 'gsm8k', first: 0 },
    { name: 'svamp', first: 100 },
  ],
};

/** Which of some problems of the run are meant. */
function chosen(...given: Parameters<typeof chosenProblems>): number[] {
  return [0, 3, 99, 100, 103].filter(chosenProblems(...given));
}

test('of one dataset a problem is its row', () => {
  assert.deepEqual(chosen({}, { task: undefined, problem: 3 }), [3]);
  assert.deepEqual(chosen({}, { task: undefined, problem: null }).length, 5);
});

test('of several tasks a row is of the one that is named, and of no other', () => {
  assert.deepEqual(chosen(several, { task: 'svamp', problem: 3 }), [103]);
  assert.deepEqual(chosen(several, { task: 'gsm8k', problem: 3 }), [3]);
  assert.deepEqual(chosen(several, { task: 'gsm8k', problem: 103 }), []);
  assert.deepEqual(chosen(several, { task: 'svamp', problem: null }), [100, 103]);
});

test('what cannot be meant is refused', () => {
  const refused = (message: RegExp, ...given: Parameters<typeof chosenProblems>): void =>
    assert.throws(() => chosenProblems(...given), { name: UserError.name, message });
  refused(/--problem is a row of one task: .*--task, gsm8k or svamp\./, several, { task: undefined, problem: 3 });
  refused(/did you mean "svamp"\?/, several, { task: 'swamp', problem: null });
  refused(/the experiment has one dataset/, {}, { task: 'svamp', problem: null });
});
