import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNTRAINED as before } from '../../../test/support/evaluations.ts';
import type { EvaluationSummary } from '../protocol/events.ts';
import { accuracySentence, bestSentence, outcomeSentences, stoppedSentence } from './outcome.ts';

const after: EvaluationSummary = {
  ...before,
  step: 400,
  correct: 476,
  accuracy: { value: 0.9297, low: 0.904, high: 0.9488 },
};

test('before against after, with the interval of the difference', () => {
  assert.deepEqual(outcomeSentences({ before, after, interval: { value: 0.4883, low: 0.443, high: 0.534 } }), [
    'Held-out accuracy went from 44.1 % to 93.0 %, on 512 problems: better by 48.8 points [44.3, 53.4].',
    'That is this run and not its method, of which three seeds or more would tell.',
  ]);
});

test('what an interval means is said as it is', () => {
  const words = (low: number, high: number): string =>
    outcomeSentences({ before, after, interval: { value: (low + high) / 2, low, high } }).join(' ');
  assert.match(
    words(-0.02, 0.05),
    /: no detectable difference \(\+1\.5 points \[-2\.0, \+5\.0\]\); [\d,]+ more problems/,
  );
  assert.match(words(0, 0.05), /no detectable difference/);
  assert.match(words(-0.05, -0.01), /: worse by 3\.0 points \[1\.0, 5\.0\]/);
});

test('a run that was evaluated once, or never', () => {
  const [only, ...rest] = outcomeSentences({ before: null, after, interval: null });
  assert.equal(only, 'Held-out accuracy after step 400 is 93.0 % (95 % interval 90.4 % to 94.9 %, 512 problems).');
  assert.deepEqual(rest, []);
  assert.deepEqual(outcomeSentences({ before: null, after: null, interval: null }), []);
  assert.deepEqual(outcomeSentences({ before, after: null, interval: null }), [
    'Held-out accuracy before training is 44.1 % (95 % interval 39.9 % to 48.5 %, 512 problems).',
  ]);
  assert.deepEqual(outcomeSentences({ before, after, interval: null }), [
    'Held-out accuracy went from 44.1 % to 93.0 % (512 problems).',
  ]);
});

test('the test split is called by its name', () => {
  assert.match(accuracySentence({ ...after, split: 'test' }), /^Accuracy on the test split after step 400 is/);
});

test('why a run ended early comes first, and of the best policy it is said how it was chosen', () => {
  const best = { evaluation: { ...after, step: 350 }, chosenFrom: 9, kept: true, testable: true };
  const sentences = outcomeSentences({
    ...{ before, after, interval: null, best },
    early: { step: 400, steps: 1000, best: 350, evaluations: 1 },
  });
  assert.deepEqual(sentences, [
    'Stopped early after step 400 of 1,000: 1 evaluation in a row did not beat that of step 350 (evaluation.stopEarly).',
    'Held-out accuracy went from 44.1 % to 93.0 % (512 problems).',
    'The best of 9 evaluations was that of step 350: 93.0 % on 512 problems, and its policy is kept. It was chosen by that number, which is ' +
      'therefore optimistic; what it is worth only other problems tell (`rlvr eval <run> --checkpoint best --split test`).',
  ]);
  const gone = bestSentence({ ...best, kept: false });
  assert.match(gone, /512 problems; its policy is not kept\. It was .*only other problems tell\.$/);
  assert.match(bestSentence({ ...best, testable: false }), /its policy is kept\. .*only other problems tell\.$/);
  assert.equal(
    bestSentence({ evaluation: before, chosenFrom: 4, kept: false }),
    'None of 3 later evaluations was better than that before training (44.1 %).',
  );
  const worse = { before, after, interval: null };
  const beginning = { evaluation: before, chosenFrom: 2, kept: false };
  assert.deepEqual(outcomeSentences({ ...worse, best: beginning }), outcomeSentences(worse), 'the change says it');
});

test('how far a stopped run came, and from where it goes on', () => {
  const stoppedAt = (step: number, resumesAfter: number): string =>
    stoppedSentence({ event: 'stopped', runDir: '/r', step, resumesAfter }, 400);
  assert.equal(
    stoppedAt(123, 123),
    'Stopped after step 123 of 400; resumed, it goes on as if it had not been stopped.',
  );
  assert.match(stoppedAt(123, 60), /from the checkpoint of step 60: steps 61 to 123 are computed again/);
  assert.match(stoppedAt(61, 60), /: step 61 is computed again/);
  assert.match(stoppedAt(24, 0), /from the start: steps 1 to 24 are computed again/);
  assert.equal(stoppedAt(0, 0), 'Stopped before the first step was done.');
  assert.match(stoppedAt(400, 400), /^Stopped after step 400 of 400, the last\. .*; resumed, it does what is left/);
  const early = { step: 60, steps: 400, best: 40, evaluations: 2 };
  const ended = stoppedSentence({ event: 'stopped', runDir: '/r', step: 60, resumesAfter: 60, early }, 400);
  assert.match(
    ended,
    /^Stopped early after step 60 of 400: .*\(evaluation\.stopEarly\)\. It was stopped before it was finished/,
  );
});
