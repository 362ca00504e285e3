/** Checks of what is computed beside the graphs: advantages, clip ratios, and the means of KL and entropy. */
import { advantages, type AdvantageName } from '../../grpo/advantage.ts';
import { updateMetrics } from '../../grpo/updateMetrics.ts';
import { advantageNames } from '../../protocol/experiment.ts';
import { compareNumbers, LargestDifference, type Findings } from './check.ts';
import type { TokenScores } from './forwardChecks.ts';
import type { LossCase } from './lossCases.ts';
import { rowValues, type Reference } from './reference.ts';
import { ADVANTAGE_TOLERANCE, CLIP_RATIO_TOLERANCE, ENTROPY_TOLERANCE, LOSS_TOLERANCE } from './tolerances.ts';
import { missingFor, trainingRows } from './trainingRows.ts';

/** What the tensor `advantages`, which the losses take, was computed with. */
const TRAINED_ADVANTAGE: AdvantageName = 'group';

export function checkAdvantages(reference: Reference, findings: Findings): void {
  const { advantages: stored, group_size: groupSize } = reference.numbers;
  const rewards = rowValues(reference, 'rewards');
  const compare = (name: string, estimator: AdvantageName, expected: ArrayLike<number>): void => {
    if (!rewards) {
      findings.leaveOut(name, 'the reference lacks rewards');
      return;
    }
    const largest = new LargestDifference();
    for (const [row, advantage] of advantages([...rewards], groupSize, estimator).entries())
      largest.add(advantage, expected[row], () => `${estimator}, row ${row}`);
    findings.add(largest.check(name, ADVANTAGE_TOLERANCE, 'advantages'));
  };
  const trained = rowValues(reference, 'advantages');
  if (trained) compare('advantages', TRAINED_ADVANTAGE, trained);
  else findings.leaveOut('advantages');
  for (const name of new Set([...advantageNames, ...Object.keys(stored)])) {
    const expected = stored[name];
    const estimator = advantageNames.find((candidate) => candidate === name);
    if (!expected) findings.leaveOut(`advantages.${name}`);
    else if (estimator) compare(`advantages.${name}`, estimator, expected);
    else findings.leaveOut(`advantages.${name}`, 'no advantage of that name is known');
  }
}

/**
 * The metrics of an update with the clipped loss.
 *
 * @param lossCase whose clip range counts: `dapo`
 */
export function checkMetrics(reference: Reference, lossCase: LossCase, scores: TokenScores, findings: Findings): void {
  const { clip_ratio: clipRatio, kl_k3_mean: kl, entropy_mean: entropy } = reference.numbers;
  const missing = missingFor(lossCase, reference);
  const rows = trainingRows(reference, lossCase, scores.logprobs);
  // Loss and gradient norm do not go into what is compared here.
  const reply = { ...scores, loss: 0, gradNorm: 0 };
  const metrics =
    missing.length === 0 ? updateMetrics([{ rows, trained: [...rows.keys()], reply }], lossCase.algorithm) : {};
  const compare = (name: string, metric: string, expected: number | undefined, tolerance: number): void => {
    if (expected === undefined) findings.leaveOut(name);
    else if (missing.length > 0) findings.leaveOut(name, `the reference lacks ${missing.join(' and ')}`);
    else findings.add(compareNumbers('metrics', name, metrics[metric], expected, tolerance));
  };
  compare('clip_ratio.low', 'clip_ratio/low_mean', clipRatio?.low, CLIP_RATIO_TOLERANCE);
  compare('clip_ratio.high', 'clip_ratio/high_mean', clipRatio?.high, CLIP_RATIO_TOLERANCE);
  compare('kl_k3_mean', 'kl', kl, LOSS_TOLERANCE);
  compare('entropy_mean', 'entropy', entropy, ENTROPY_TOLERANCE);
}
