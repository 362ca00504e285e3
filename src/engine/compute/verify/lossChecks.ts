/** Checks of losses and their gradients, each computed by the training graph of its configuration. */
import { gradientNorm } from '../../grpo/gradientNorm.ts';
import type { Learner } from '../../grpo/learner.ts';
import type { Policy } from '../../model/policy.ts';
import type { Tensor } from '../../model/tensorData.ts';
import { experimentSchema } from '../../protocol/experiment.ts';
import { compareNumbers, compareRelatively, compareTensors, missingTensor, type Findings } from './check.ts';
import { lossCases, type LossCase } from './lossCases.ts';
import { requireShape, type Reference } from './reference.ts';
import { byReferenceName, type Subject } from './subject.ts';
import { GRADIENT_NORM_TOLERANCE, LOSS_TOLERANCE } from './tolerances.ts';
import { missingFor, trainingRows, updateRequest } from './trainingRows.ts';

/** The losses whose gradients the format has tensor by tensor; a reference may have more. */
const LOSSES_WITH_GRADIENTS = ['dapo', 'gspo', 'sft'];

export const GRADIENT_PREFIX = 'grad.';

/** What a reference has of one loss. */
interface ReferenceLoss {
  readonly name: string;
  readonly loss: number | undefined;
  readonly norm: number | undefined;
  /** By the reference's name of the parameter. */
  readonly gradients: ReadonlyMap<string, Tensor>;
}

/** @param current log-probabilities of the reference's rows under the policy */
export async function checkLosses(
  { policy, reference, signal }: Subject,
  learner: Learner,
  current: readonly Float32Array[],
  findings: Findings,
): Promise<void> {
  const cases = lossCases(reference.numbers);
  for (const stored of referenceLosses(reference, [...cases.keys()])) {
    const lossCase = cases.get(stored.name);
    const reason = lossCase ? cannotCompute(lossCase, reference) : 'no loss of that name is known';
    if (reason !== null || !lossCase) {
      findings.leaveOut(`losses.${stored.name}`, reason ?? undefined);
      continue;
    }
    noteAbsent(stored, policy, findings);
    if (stored.loss === undefined && stored.norm === undefined && stored.gradients.size === 0) continue;
    signal.throwIfAborted();
    const rows = trainingRows(reference, lossCase, current);
    const optimizer = experimentSchema.shape.optimizer.parse({});
    const { loss, gradients } = await learner.descent(
      updateRequest(lossCase, rows, { optimizer, microBatch: rows.length }),
    );
    compareLoss(stored, loss, gradients, { policy, reference }, findings);
  }
}

/** What the reference has of every known loss, and of those that it has and nobody knows. */
function referenceLosses({ numbers, tensors }: Reference, known: readonly string[]): ReferenceLoss[] {
  const gradients = new Map<string, Map<string, Tensor>>();
  for (const [name, tensor] of tensors) {
    if (!name.startsWith(GRADIENT_PREFIX)) continue;
    const rest = name.slice(GRADIENT_PREFIX.length);
    // Names of losses have dots, too (`dapo_entropy_bonus_0.01`).
    const loss = known.find((candidate) => rest.startsWith(`${candidate}.`)) ?? rest.slice(0, rest.indexOf('.'));
    const ofLoss = gradients.get(loss) ?? new Map<string, Tensor>();
    gradients.set(loss, ofLoss.set(rest.slice(loss.length + 1), tensor));
  }
  const names = new Set([
    ...known,
    ...Object.keys(numbers.losses),
    ...Object.keys(numbers.grad_norm),
    ...gradients.keys(),
  ]);
  return Array.from(names, (name) => ({
    name,
    loss: numbers.losses[name],
    norm: numbers.grad_norm[name],
    gradients: gradients.get(name) ?? new Map<string, Tensor>(),
  }));
}

/** Why a loss cannot be computed from the reference; null where it can. */
function cannotCompute(lossCase: LossCase, reference: Reference): string | null {
  const missing = missingFor(lossCase, reference);
  return missing.length === 0 ? null : `the reference lacks ${missing.join(' and ')}`;
}

function noteAbsent({ name, loss, norm, gradients }: ReferenceLoss, policy: Policy, findings: Findings): void {
  if (loss === undefined) findings.leaveOut(`losses.${name}`);
  if (norm === undefined) findings.leaveOut(`grad_norm.${name}`);
  if (gradients.size === 0) {
    if (LOSSES_WITH_GRADIENTS.includes(name)) findings.leaveOut(GRADIENT_PREFIX + name);
    return;
  }
  for (const parameter of byReferenceName(policy).keys())
    if (!gradients.has(parameter)) findings.leaveOut(`${GRADIENT_PREFIX}${name}.${parameter}`);
}

function compareLoss(
  stored: ReferenceLoss,
  loss: number,
  gradients: ReadonlyMap<string, Float32Array>,
  { policy, reference }: Pick<Subject, 'policy' | 'reference'>,
  findings: Findings,
): void {
  const { name } = stored;
  if (stored.loss !== undefined)
    findings.add(compareNumbers('losses', `losses.${name}`, loss, stored.loss, LOSS_TOLERANCE));
  if (stored.norm !== undefined) {
    const norm = gradientNorm(gradients.values());
    findings.add(compareRelatively('grad_norm', `grad_norm.${name}`, norm, stored.norm, GRADIENT_NORM_TOLERANCE));
  }
  const group = GRADIENT_PREFIX + name;
  const trained = byReferenceName(policy);
  for (const [parameter, expected] of stored.gradients) {
    const tensor = trained.get(parameter);
    const gradient = tensor && gradients.get(tensor.name);
    if (!gradient) findings.add(missingTensor(group, parameter));
    else {
      requireShape(reference.path, `${group}.${parameter}`, expected, tensor.shape);
      findings.add(compareTensors(group, parameter, gradient, expected.data));
    }
  }
}
