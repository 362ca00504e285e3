import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentSchema } from '../../protocol/experiment.ts';
import { tasksOf } from '../../protocol/tasks.ts';
import { causeWords, type CauseWords } from './causeWords.ts';
import { signalRules } from './causes.ts';

const experiment = experimentSchema.parse({
  model: 'm',
  tasks: {
    gsm8k: { dataset: { source: 'a' }, rewards: ['exact'] },
    arc: { dataset: { source: 'b' }, rewards: ['choice', 'form'] },
  },
  rewards: [{ function: 'exact' }, { function: 'choice' }, { function: 'form', weight: 0.1 }],
});
const [gsm8k, arc] = tasksOf(experiment);
assert.ok(arc);

function labels({ levers }: CauseWords): string[] {
  return levers.map(({ label }) => label);
}

test('what would change a cause is that of the tasks it was found in', () => {
  const both = { experiment, tasks: [gsm8k, arc], blamed: [] };
  const one = { experiment, tasks: [arc], blamed: [] };
  assert.deepEqual(labels(causeWords('right', one)), ['tasks.arc.dataset.source', 'algorithm.dynamicSampling']);
  assert.deepEqual(labels(causeWords('cancel', one)), ['weight of choice', 'weight of form']);
  assert.deepEqual(labels(causeWords('unanswered', both)), [
    ...['tasks.gsm8k.dataset.prompt', 'tasks.arc.dataset.prompt', 'options of exact', 'options of choice'],
  ]);
  assert.match(causeWords('unanswered', both).meaning, /^"exact" and "choice" find an answer in none/);
  assert.deepEqual(labels(causeWords('undecided', one)), ['tasks.arc.solvedBy']);
  const single = experimentSchema.parse({ model: 'm', dataset: { source: 'a' }, rewards: [{ function: 'exact' }] });
  const undecided = causeWords('undecided', { experiment: single, tasks: tasksOf(single), blamed: [] });
  assert.deepEqual(labels(undecided), ['evaluation.reward']);
  assert.match(undecided.meaning, /^"exact", which says what is solved,/);
});

test('a task is judged by the rewards that apply to it', () => {
  assert.deepEqual(signalRules(experiment, gsm8k, 1), { weighted: ['exact'], solvedBy: 'exact', maskTruncated: false });
  assert.deepEqual(signalRules(experiment, arc, 1).weighted, ['choice', 'form']);
});
