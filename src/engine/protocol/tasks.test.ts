import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from './errors.ts';
import { experimentSchema, type Experiment, type ExperimentInput } from './experiment.ts';
import {
  datasetEntryText,
  rowOfProblem,
  skippedByTask,
  skippedRewards,
  solvedByProblem,
  taskNamed,
  taskOfProblem,
  tasksOf,
} from './tasks.ts';

const rewards = [{ function: 'correct' }, { function: 'format', name: 'form' }, { function: 'length' }];

function experiment(changes: Partial<ExperimentInput>): Experiment {
  return experimentSchema.parse({ model: 'm', rewards, ...changes });
}

const both = experiment({
  tasks: {
    gsm8k: { weight: 2, dataset: { source: 'g' }, rewards: ['length', 'correct'], solvedBy: 'length' },
    svamp: { dataset: { source: 's' } },
  },
});

test('an experiment with one dataset has one task, without a name', () => {
  const [only, ...others] = tasksOf(experiment({ dataset: { source: 'd' }, evaluation: { reward: 'form' } }));
  assert.deepEqual(others, []);
  assert.deepEqual([only.name, only.weight, only.dataset.source], [null, 1, 'd']);
  assert.deepEqual([only.rewards, only.solvedBy], [['correct', 'form', 'length'], 'form']);
});

test('tasks in the order of the file, with the rewards that apply in the order of the experiment', () => {
  assert.deepEqual(
    tasksOf(both).map(({ name, weight, rewards: own, solvedBy }) => [name, weight, own, solvedBy]),
    [
      ['gsm8k', 2, ['correct', 'length'], 'length'],
      ['svamp', 1, ['correct', 'form', 'length'], 'correct'],
    ],
  );
  assert.equal(taskNamed(both, 'svamp').dataset.source, 's');
  assert.throws(() => taskNamed(both, null), RangeError);
});

test('what is solved is said by evaluation.reward where it applies, else by the first that does', () => {
  const tasks = { a: { dataset: { source: 'a' }, rewards: ['form', 'length'] }, b: { dataset: { source: 'b' } } };
  const solved = (reward?: string): string[] =>
    tasksOf(experiment({ tasks, evaluation: { reward } })).map(({ solvedBy }) => solvedBy);
  assert.deepEqual(solved(), ['form', 'correct']);
  assert.deepEqual(solved('length'), ['length', 'length']);
  assert.deepEqual(solved('correct'), ['form', 'correct']);
  assert.equal(tasksOf(experiment({ dataset: { source: 'd' }, rewards: [] }))[0].solvedBy, '');
});

test('scorers are told what does not apply', () => {
  const skipped = skippedRewards(skippedByTask(both));
  assert.deepEqual([skipped('gsm8k'), skipped('svamp')], [{ skip: ['form'] }, {}]);
  for (const task of ['math', 'constructor', null]) assert.throws(() => skipped(task), UserError);
  const one = experiment({ dataset: { source: 'd' } });
  assert.deepEqual(skippedRewards(skippedByTask(one))('gsm8k'), {}, 'without tasks all rewards apply to all');
});

test('the problems of a run and the rows of its tasks are each in one place', () => {
  const sizes = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(sizes, (rows) => {
      const firsts = rows.map((_, task) => rows.slice(0, task).reduce((sum, count) => sum + count, 0));
      const manifest = { tasks: firsts.map((first, task) => ({ name: `t${task}`, first })) };
      for (const [task, count] of rows.entries())
        for (let row = 0; row < count; row += 1) {
          const problem = (firsts[task] ?? 0) + row;
          assert.equal(taskOfProblem(manifest, problem), `t${task}`);
          assert.equal(rowOfProblem(manifest, problem), row);
        }
    }),
  );
});

test('in a run of one dataset a problem is its row', () => {
  assert.equal(taskOfProblem({}, 7), null);
  assert.equal(rowOfProblem({}, 7), 7);
});

test('a problem is solved by the rule of its task', () => {
  const decides = solvedByProblem(
    {
      tasks: [
        { name: 'gsm8k', first: 0 },
        { name: 'svamp', first: 100 },
      ],
    },
    both,
  );
  assert.deepEqual([0, 99, 100].map(decides), ['length', 'length', 'correct']);
});

test('the entries of a task, as messages write them', () => {
  assert.equal(datasetEntryText('gsm8k', 'fewShot'), 'tasks.gsm8k.dataset.fewShot');
  assert.equal(datasetEntryText(null, 'columns', 'question'), 'dataset.columns.question');
});
