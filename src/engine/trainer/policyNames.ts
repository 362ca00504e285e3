/** Policies of a run by the names that a person gives them: a step, the best, the last. */
import { bestPolicy } from '../analysis/bestPolicy.ts';
import { UserError } from '../protocol/errors.ts';
import type { PolicyName } from '../protocol/policyName.ts';
import type { RunManifest } from '../protocol/run.ts';
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

/** What is asked of a run, which may be read while another writes it. */
export type PoliciesOfRun = Pick<RunWriter, 'dir' | 'lastStep' | 'resumePoint'>;

/**
 * Each once, in the order in which it was first named; all that there are in that of their steps.
 * @throws UserError for one that the run does not have
 */
export function namedPolicies(run: PoliciesOfRun, names: readonly PolicyName[] | 'all'): NamedPolicy[] {
  const last = run.resumePoint() ?? { step: 0, state: null };
  const steps = savedSteps(run.dir, 'checkpoints');
  const policies =
    names === 'all'
      ? [...steps, ...(steps.includes(last.step) ? [] : [last.step])].map((step) => savedPolicy(run, step, steps))
      : names.map((name) => {
          if (name === 'last') return last;
          return savedPolicy(run, name === 'best' ? bestStep(run.dir) : name, steps);
        });
  return [...new Map(policies.map((policy) => [policy.step, policy] as const)).values()];
}

/** @throws UserError for a run that evaluated a server, of which nothing is here */
export function requirePolicy({ policyServer }: Pick<RunManifest, 'policyServer'>): void {
  if (policyServer)
    throw new UserError(
      `The run is an evaluation of ${policyServer.model} at ${policyServer.baseUrl} and has no policy of its own. Name a run that trained one.`,
    );
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

function savedPolicy(run: PoliciesOfRun, step: number, steps: readonly number[]): NamedPolicy {
  if (step === 0) return { step, state: null };
  const state = SAVED_KINDS.map((kind) => savedFolder(kind, step)).find((path) => isSaved(run.dir, path));
  if (state !== undefined && step <= (run.lastStep ?? 0)) return { step, state };
  const there = steps.length === 0 ? '' : `, and of ${steps.map((one) => count(one)).join(', ')}`;
  throw new UserError(
    `The run has no policy of step ${count(step)}. It has that of 0, before training${there}. ` +
      'checkpoint.every, keep and best say which are kept.',
  );
}
