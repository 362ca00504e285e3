/** What is marked in a reward file, from what completions showed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarizeScores } from '../../src/engine/analysis/rewards/scoreSummary.ts';
import { rewardConfigSchema } from '../../src/engine/protocol/experiment.ts';
import type { Place, Trace } from '../../src/engine/protocol/scoring.ts';
import type { ScoreError } from '../../src/extension/engine/engineQuestions.ts';
import { findingsOf } from '../../src/extension/live/findings.ts';
import type { LiveResult } from '../../src/extension/live/liveResult.ts';

const at = (line: number, endLine = line): Place => ({ line, column: 2, endLine, endColumn: 9 });
const COMPLETIONS = 400;

function result(errors: readonly Omit<ScoreError, 'reward'>[], trace: Partial<Trace> = {}): LiveResult {
  const values = new Float64Array(COMPLETIONS);
  return {
    text: { path: '/project/rewards/reward.ts', version: 1, text: '' },
    sample: {
      runDir: '/project/.rlvr/runs/r',
      rewards: [],
      baseDir: '/project',
      groups: [],
      completions: Array.from({ length: COMPLETIONS }, (_, sample) => ({
        group: 0,
        key: { step: 1, problem: 0, occurrence: 0, round: 0, sample },
      })),
      recorded: {},
      rules: null,
    },
    functions: [
      {
        found: { name: 'right', per: 'completion', place: at(10, 20), namePlace: at(10), bodyPlace: at(11, 19) },
        config: rewardConfigSchema.parse({ function: 'right' }),
        ofRun: false,
        name: 'right',
        values,
        recorded: null,
        errors: errors.map((error) => ({ ...error, reward: 'right' })),
        summary: summarizeScores(values, errors.length),
      },
    ],
    combined: values,
    trace: { values: [], branches: [], matches: [], ...trace },
    watched: 0,
  };
}

test('errors are marked where they were thrown, the most frequent first, with a completion that shows them', () => {
  const message = 'rewards/reward.ts:15:7: TypeError: no';
  const findings = findingsOf(
    result([
      { completion: 9, kind: 'timeout', message: 'took longer than 2 s' },
      { completion: 3, kind: 'threw', message },
      { completion: 5, kind: 'threw', message },
      { completion: 6, kind: 'threw', message: 'elsewhere.ts:1:1: Error: not in this file' },
    ]),
  );
  assert.deepEqual(
    findings.map(({ place, message: words, severity, completion }) => [place.line, words, severity, completion]),
    [
      [14, 'Threw twice in 400, first: TypeError: no', 'warning', 3],
      [10, 'Timed out once in 400, first: took longer than 2 s', 'warning', 9],
      [10, 'Threw once in 400, first: Error: not in this file', 'warning', 6],
    ],
  );
});

test('what never ran and never matched is told, in the reward alone', () => {
  const branch = { what: 'then' as const, calls: 400 };
  const findings = findingsOf(
    result([], {
      branches: [
        { ...at(12), ...branch, took: 0 },
        { ...at(13), ...branch, took: 1 },
        { ...at(14), ...branch, calls: 0, took: 0 },
        { ...at(40), ...branch, took: 0 },
      ],
      matches: [{ ...at(16), matched: 0, calls: 400 }],
    }),
  );
  assert.deepEqual(
    findings.map(({ place, message, severity }) => [place.line, message, severity]),
    [
      [16, 'This matched 0 of 400 completions.', 'information'],
      [12, 'This branch ran for 0 of 400 completions.', 'information'],
    ],
  );
});

test('a file has five marks at most, lost scores before the rest', () => {
  const branches = Array.from({ length: 9 }, (_, line) => ({
    ...at(11 + line),
    what: 'else' as const,
    took: 0,
    calls: 4,
  }));
  const findings = findingsOf(result([{ completion: 0, kind: 'notFinite', message: 'returned NaN' }], { branches }));
  assert.equal(findings.length, 5);
  assert.equal(findings[0]?.message, 'Returned no finite number once in 400, first: returned NaN');
});

test('a function that is nearly a published rule is told of with the rule, for the completions to be pinned', () => {
  const close = result([]);
  const verdicts = Float64Array.from({ length: COMPLETIONS }, (_, index) => (index < 300 ? 1 : 0));
  const [scored] = close.functions;
  assert.ok(scored);
  scored.values.set(verdicts.map((value, index) => (index < 31 ? 0 : value)));
  const [finding] = findingsOf({
    ...close,
    sample: { ...close.sample, rules: new Map([['verl-flexible', verdicts]]) },
  });
  assert.equal(finding?.message, 'Disagrees with verl-flexible on 31 completions of 400.');
  assert.deepEqual(finding.rule, { rule: 'verl-flexible', count: 31 });
  assert.deepEqual([finding.scored?.name, finding.completion], ['right', 0]);
});
