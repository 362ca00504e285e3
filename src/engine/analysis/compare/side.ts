/** A run as a comparison looks at it: what it was asked, and what it solved. */
import type { EvaluationSummary } from '../../protocol/events.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import type { RunReader } from '../../run/reader.ts';
import { hashesAt } from '../rewardHistory.ts';
import { heldOutResults, milestones, type HeldOutResults, type Milestones } from './heldOut.ts';
import { solvedIdentities } from './measure.ts';
import { recipeOf } from './seedGroups.ts';

/** A run and the letter it is called by. */
export interface Contender {
  readonly letter: string;
  readonly reader: RunReader;
}

export interface Side {
  readonly letter: string;
  readonly experiment: Experiment;
  readonly seed: number;
  /** The same text for runs that differ in nothing but their seed. */
  readonly recipe: string;
  readonly running: boolean;
  /** By task, what says "solved"; see `solvedIdentities`. */
  readonly solved: ReadonlyMap<string | null, string | null>;
  readonly milestones: Milestones;
  /** Read once. @throws UserError where the run cannot be read */
  readonly results: (evaluation: EvaluationSummary) => HeldOutResults;
}

/** @throws UserError where the run cannot be read */
export function sideOf({ letter, reader }: Contender): Side {
  const experiment = reader.experiment();
  const read = new Map<string, HeldOutResults>();
  return {
    letter,
    experiment,
    seed: reader.manifest.seed,
    recipe: recipeOf(reader),
    running: reader.state().status === 'running',
    solved: solvedIdentities(experiment, {
      rewardHashes: hashesAt(reader.manifest, reader.rewardVersions(), Infinity),
    }),
    milestones: milestones(reader),
    results: (evaluation) => {
      const key = `${evaluation.split} ${evaluation.step}`;
      const results = read.get(key) ?? heldOutResults(reader, evaluation);
      read.set(key, results);
      return results;
    },
  };
}
