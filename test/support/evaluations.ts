/** Evaluations of policies, as an engine tells of them. */
import type { EvaluationSummary } from '../../src/engine/protocol/events.ts';

/** Of the policy that nothing was trained of yet. */
export const UNTRAINED: EvaluationSummary = {
  step: 0,
  split: 'validation',
  problems: 512,
  samples: 1,
  correct: 226,
  accuracy: { value: 0.4414, low: 0.399, high: 0.4848 },
};
