import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNTRAINED as before } from '../../../../test/support/evaluations.ts';
import type { EvaluationSummary } from '../../protocol/events.ts';
import { displayWidth, renderLine } from '../text.ts';
import { evaluationLine, liveBlock, plainStep, startLine, warningLines, type Line } from './lines.ts';
import { initialState, type ProgressState } from './state.ts';

const after: EvaluationSummary = {
  ...before,
  step: 100,
  correct: 416,
  accuracy: { value: 0.8125, low: 0.7764, high: 0.844 },
};

const state: ProgressState = {
  run: { id: '20260101-120000-abcd', steps: 400, resumedFrom: null },
  step: 123,
  phase: { step: 124, phase: 'rollout', done: 12, total: 64 },
  tokenRates: [3120.4],
  curve: { name: 'reward', values: [0, 0.25, 0.5, 0.7344] },
  firstEvaluation: before,
  lastEvaluation: after,
  stepTimes: [0, 460, 920],
};

const plain = (line: Line): string => renderLine(line, Infinity, false);
const block = (of: ProgressState, width: number): string[] => liveBlock(of, 920, width).map(plain);

test('the live block at 80 columns', () => {
  assert.deepEqual(block(state, 79), [
    '━━━━━━━━━───────────────────────  step 123 of 400  30 %  2 min 07 s left',
    'reward    0.734  ▁▃▆█',
    'held-out  81.3 %  (77.6 to 84.4) at step 100  from 44.1 % at step 0',
    'speed     3,120 tokens/s  0.46 s a step  sampling 18 %',
  ]);
});

test('it fits every width, leaving out what matters least', () => {
  for (let width = 1; width <= 130; width++) {
    for (const line of liveBlock(state, 920, width)) {
      assert.ok(displayWidth(renderLine(line, width, false)) <= width, `${width}`);
    }
  }
  assert.deepEqual(block(state, 40), [
    'step 123 of 400  30 %  2 min 07 s left',
    'reward    0.734  ▁▃▆█',
    'held-out  81.3 %',
    'speed     3,120 tokens/s  0.46 s a step',
  ]);
});

test('before the first step it says what is going on', () => {
  const loading: ProgressState = { ...initialState, phase: { step: 0, phase: 'load', done: 0, total: 1 } };
  assert.deepEqual(block(initialState, 79), []);
  assert.match(block(loading, 79).join('\n'), /loading the model/);
  const evaluating: ProgressState = {
    ...initialState,
    run: state.run,
    phase: { step: 0, phase: 'eval', done: 40, total: 512 },
  };
  assert.deepEqual(block(evaluating, 79), [
    '────────────────────────────────  step 0 of 400  0 %',
    'now       evaluating 7 %',
  ]);
});

test('a block only compares evaluations on the same problems', () => {
  const tested: ProgressState = { ...state, lastEvaluation: { ...after, split: 'test' } };
  assert.doesNotMatch(block(tested, 79).join('\n'), /from/);
});

test('lines that stay', () => {
  assert.equal(plain(evaluationLine(after)), 'step 100   held-out accuracy 81.3 %  (77.6 to 84.4)  416 of 512 solved');
  assert.equal(
    plain(evaluationLine({ ...after, split: 'test', samples: 4, correct: 1500 })),
    'step 100   test accuracy 81.3 %  (77.6 to 84.4)  1,500 of 2,048 solved',
  );
  const accuracy = { value: 0.625, low: 0.5, high: 0.7 };
  const tasks = { gsm8k: { problems: 8, correct: 5, accuracy }, svamp: { problems: 4, correct: 4, accuracy } };
  assert.match(plain(evaluationLine({ ...after, tasks })), /416 of 512 solved {2}gsm8k 62\.5 % {2}svamp 62\.5 %$/);
  const started = { event: 'started', runDir: '/r', id: 'r1', steps: 4 } as const;
  assert.equal(plain(startLine(started, 'demo')), 'demo  run r1');
  assert.equal(plain(startLine({ ...started, resumedFrom: 3 }, 'demo')), 'demo  run r1, resumed after step 3');
  assert.deepEqual(warningLines('no GPU\nsecond\u001b[2J line\n').map(plain), ['warning: no GPU', '  second [2J line']);
});

test('a step in a log', () => {
  assert.equal(plainStep(state, 920), 'step 123/400  reward 0.734  3,120 tokens/s  2 min 07 s left');
  assert.equal(plainStep({ ...initialState, step: 1 }, 0), 'step 1');
});
