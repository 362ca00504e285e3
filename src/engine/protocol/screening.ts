/** Screening by an adaptive curriculum: how many completions of a problem come first, and which groups of a run have no more. */
import type { Experiment } from './experiment.ts';

/** Completions of each problem that are sampled before the rest; 0 where groups are sampled whole. */
export function screenSize({ curriculum }: Pick<Experiment, 'curriculum'>): number {
  return curriculum?.by === 'adaptive' ? curriculum.screen : 0;
}

/**
 * Whether a training group was put aside: a whole one has more completions than are screened.
 * @param samples completions of the group
 */
export function isPutAside(samples: number, experiment: Pick<Experiment, 'curriculum'>): boolean {
  return samples > 0 && samples === screenSize(experiment);
}
