/** Checks of three optimiser steps on the dapo loss: loss and gradient norm before each, and the weights after all. */
import type { Learner } from '../../grpo/learner.ts';
import { experimentSchema } from '../../protocol/experiment.ts';
import { compareNumbers, compareRelatively, compareTensors, missingTensor, type Findings } from './check.ts';
import { GRADIENT_PREFIX } from './lossChecks.ts';
import type { LossCase } from './lossCases.ts';
import { requireShape } from './reference.ts';
import { byReferenceName, type Subject } from './subject.ts';
import { GRADIENT_NORM_TOLERANCE, LOSS_TOLERANCE, SMALLEST_COMPARABLE_GRADIENT } from './tolerances.ts';
import { missingFor, trainingRows, updateRequest } from './trainingRows.ts';

const GROUP = 'adamw3';
const WEIGHT_PREFIX = `${GROUP}.`;
const STEPS = 3;
const OPTIMIZER = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  maxGradNorm: 1,
};
/** Several micro-batches of unequal size, whose gradients are summed. */
const MICRO_BATCH = 4;

/**
 * Changes the policy's weights.
 *
 * @param dapo the loss of that name
 */
export async function checkOptimizer(
  { policy, reference, signal }: Subject,
  learner: Learner,
  dapo: LossCase,
  findings: Findings,
): Promise<void> {
  const { adamw_steps_loss_gradnorm: steps } = reference.numbers;
  const hasWeights = [...reference.tensors.keys()].some((name) => name.startsWith(WEIGHT_PREFIX));
  if (!steps) findings.leaveOut('adamw_steps_loss_gradnorm');
  if (!hasWeights) findings.leaveOut(GROUP);
  if (!steps && !hasWeights) return;
  const missing = missingFor(dapo, reference);
  if (missing.length > 0) {
    findings.leaveOut(GROUP, `the reference lacks ${missing.join(' and ')}`);
    return;
  }
  const optimizer = experimentSchema.shape.optimizer.parse(OPTIMIZER);
  const request = updateRequest(dapo, trainingRows(reference, dapo, []), { optimizer, microBatch: MICRO_BATCH });
  for (let step = 0; step < STEPS; step++) {
    signal.throwIfAborted();
    const { loss, gradNorm } = await learner.update(request);
    const [expectedLoss, expectedNorm] = steps?.[step] ?? [];
    const name = `adamw_steps_loss_gradnorm.${step}`;
    if (expectedLoss !== undefined)
      findings.add(compareNumbers('adamw steps', `${name}.loss`, loss, expectedLoss, LOSS_TOLERANCE));
    if (expectedNorm !== undefined)
      findings.add(
        compareRelatively('adamw steps', `${name}.grad_norm`, gradNorm, expectedNorm, GRADIENT_NORM_TOLERANCE),
      );
  }
  if (hasWeights) compareWeights({ policy, reference }, findings);
}

function compareWeights({ policy, reference }: Pick<Subject, 'policy' | 'reference'>, findings: Findings): void {
  const { path, tensors } = reference;
  const trained = byReferenceName(policy);
  for (const parameter of trained.keys())
    if (!tensors.has(WEIGHT_PREFIX + parameter)) findings.leaveOut(WEIGHT_PREFIX + parameter);
  for (const [name, expected] of tensors) {
    if (!name.startsWith(WEIGHT_PREFIX)) continue;
    const parameter = name.slice(WEIGHT_PREFIX.length);
    const tensor = trained.get(parameter);
    const gradient = tensors.get(`${GRADIENT_PREFIX}dapo.${parameter}`);
    if (!tensor) findings.add(missingTensor(GROUP, parameter));
    else if (!gradient) findings.leaveOut(name, 'the reference lacks the gradient that says which entries count');
    else {
      requireShape(path, name, expected, tensor.shape);
      const counts = (element: number): boolean =>
        Math.abs(gradient.data[element] ?? 0) >= SMALLEST_COMPARABLE_GRADIENT;
      findings.add(compareTensors(GROUP, parameter, tensor.data, expected.data, counts));
    }
  }
}
