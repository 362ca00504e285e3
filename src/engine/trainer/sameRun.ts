/** Whether what a run would go on with is what it was made with. */
import { hashesAt } from '../analysis/rewardHistory.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { RAY, rayOf } from '../protocol/rayConfig.ts';
import type { RunWriter } from '../run/writer.ts';
import type { Opened } from './open.ts';
import { changedSince } from './provenance.ts';

/** The experiment as it is run: where it leaves the number of threads open, with `threads` of them, or what it takes of a cluster's node. */
export function withThreads(experiment: Experiment, threads = 0): Experiment {
  const open = experiment.device === RAY ? rayOf(experiment).cpus : threads;
  return { ...experiment, threads: experiment.threads === 0 ? open : experiment.threads };
}

/** A run continues only with what it was made with up to a step: anything else would be another experiment under its name. */
export function requireSame(writer: RunWriter, opened: Opened, experiment: Experiment, step: number): void {
  const { manifest } = writer;
  const changed = changedSince(manifest, opened, experiment);
  for (const [name, hash] of Object.entries(hashesAt(manifest, writer.rewardVersions(), step)))
    if (opened.scorer.hashes[name] !== hash) changed.push(`the reward ${name} or a package it imports`);
  if (changed.length > 0)
    throw new UserError(
      `The run cannot be continued: ${changed.join(' and ')} changed since it began. Restore it, or start a new run.`,
    );
}
