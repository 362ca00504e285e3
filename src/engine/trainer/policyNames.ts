/** Policies of a run by the names that a person gives them: a step, the best, the last. */
import { bestPolicy } from '../analysis/bestPolicy.ts';
import { UserError } from '../protocol/errors.ts';
import type { PolicyName } from '../protocol/policyName.ts';
import { isSaved, savedSteps } from '../run/checkpoints.ts';
import { SAVED_KINDS, savedFolder } from '../run/layout.ts';
import { RunReader } from '../run/reader.ts';
import type { RunWriter } from '../run/writer.ts';
import { count } from '../words/format.ts';

export interface NamedPolicy {
  readonly step: number;
  /** Folder under the run; null for the policy that training began with. */
  readonly state: string | null;
}

/**
 * Each once, in the order in which it was first named; all that there are in that of their steps.
 * @throws UserError for one that the run does not have
 */
export function namedPolicies(writer: RunWriter, names: readonly PolicyName[] | 'all'): NamedPolicy[] {
  const last = writer.resumePoint() ?? { step: 0, state: null };
  const steps = savedSteps(writer.dir, 'checkpoints');
  const policies =
    names === 'all'
      ? [...steps, ...(steps.includes(last.step) ? [] : [last.step])].map((step) => savedPolicy(writer, step, steps))
      : names.map((name) => {
          if (name === 'last') return last;
          return savedPolicy(writer, name === 'best' ? bestStep(writer.dir) : name, steps);
        });
  return [...new Map(policies.map((policy) => [policy.step, policy] as const)).values()];
}

function bestStep(runDir: string): number {
  const reader = RunReader.open(runDir);
  try {
    const best = bestPolicy(reader);
    if (best) return best.evaluation.step;
  } finally {
    reader.close();
  }
  throw new UserError('The run was not evaluated on its validation part, so no policy is its best. Name a step.');
}

function savedPolicy(writer: RunWriter, step: number, steps: readonly number[]): NamedPolicy {
  if (step === 0) return { step, state: null };
  const state = SAVED_KINDS.map((kind) => savedFolder(kind, step)).find((path) => isSaved(writer.dir, path));
  if (state !== undefined && step <= (writer.lastStep ?? 0)) return { step, state };
  const there = steps.length === 0 ? '' : `, and of ${steps.map((one) => count(one)).join(', ')}`;
  throw new UserError(
    `The run has no policy of step ${count(step)}. It has that of 0, before training${there}. ` +
      'checkpoint.every, keep and best say which are kept.',
  );
}
