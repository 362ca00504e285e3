import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RewardResult } from '../../protocol/completion.ts';
import { experimentSchema, type Experiment, type ExperimentInput } from '../../protocol/experiment.ts';
import { solvedBy } from '../../protocol/experimentChecks.ts';
import { answersFound } from './answers.ts';

function experimentWith(
  rewards: ExperimentInput['rewards'],
  evaluation: ExperimentInput['evaluation'] = {},
): Experiment {
  return experimentSchema.parse({ model: 'model', dataset: { source: 'train.jsonl' }, rewards, evaluation });
}

/** Of completions with nothing noted, as in runs from before answers were. */
function readFrom(texts: readonly string[], ...experiment: Parameters<typeof experimentWith>): unknown {
  const verdicts = texts.map(() => ({ right: { value: 0 } }));
  const read = experimentWith(...experiment);
  return answersFound(read, solvedBy(read), verdicts, () => texts);
}

const own: ExperimentInput['rewards'] = [{ file: 'reward.ts', function: 'right' }];
const neverRead = (): never => assert.fail('the texts are not needed');

test('each rule of gsm8k finds what it reads', () => {
  assert.deepEqual(readFrom(['#### 7', '7', ''], [{ function: 'gsm8k' }]), [true, false, false]);
  const flexible = { function: 'gsm8k', options: { rule: 'verl-flexible' } };
  assert.deepEqual(readFrom(['so it is 7', 'none'], [flexible]), [true, false]);
});

test('what stands after the last marker', () => {
  assert.deepEqual(readFrom(['a #### b', '7', '7 ####\n'], [{ function: 'finalNumber' }]), [true, false, false]);
});

test('of another reward that noted nothing nobody knows', () => {
  assert.equal(readFrom(['7'], []), null);
  assert.equal(readFrom(['7'], [{ function: 'format' }]), null);
  assert.equal(readFrom(['7'], [{ function: 'gsm8k', options: { rule: 'none such' } }]), null);
  assert.equal(readFrom(['7'], [{ file: 'reward.ts', function: 'gsm8k' }]), null, "the user's function of that name");
});

test('the reward that decides is asked, under whatever name', () => {
  const rewards = [{ function: 'format' }, { function: 'gsm8k', name: 'right' }];
  assert.deepEqual(readFrom(['7'], rewards, { reward: 'right' }), [false]);
});

test('what was noted counts, of any function', () => {
  const verdicts = [{ right: { value: 0, extracted: '7' } }, { right: { value: 0, extracted: null } }];
  assert.deepEqual(answersFound(experimentWith(own), 'right', verdicts, neverRead), [true, false]);
  const ruled = experimentWith([{ function: 'gsm8k', name: 'right' }]);
  assert.deepEqual(answersFound(ruled, 'right', verdicts, neverRead), [true, false]);
});

test('a group of which something is not known is read anew where a rule can, else it is not known', () => {
  const unknown: RewardResult[] = [{ value: 0 }, { error: { kind: 'threw', message: 'no' } }];
  for (const result of unknown) {
    const verdicts = [{ right: { value: 0, extracted: null } }, { right: result }];
    assert.equal(
      answersFound(experimentWith(own), 'right', verdicts, () => ['a', 'b']),
      null,
    );
    const ruled = experimentWith([{ function: 'gsm8k', name: 'right' }]);
    assert.deepEqual(
      answersFound(ruled, 'right', verdicts, () => ['a', '#### 7']),
      [false, true],
    );
  }
});
