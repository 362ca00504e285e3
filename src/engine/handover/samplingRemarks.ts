/** What trainers without stop strings, stop tokens of one's own and weights of few bits do otherwise. */
import type { Experiment } from '../protocol/experiment.ts';
import type { Remark } from '../protocol/handover.ts';
import { missing } from './remark.ts';

/**
 * @param sampler what does not stop at strings, as the sentence begins with it
 * @param ends at which tokens a completion ends there, as a sentence
 */
export function samplingRemarks({ rollout }: Pick<Experiment, 'rollout'>, sampler: string, ends: string): Remark[] {
  return [
    ...(rollout.stop.length === 0
      ? []
      : [
          missing(
            'rollout.stop',
            `${sampler} does not stop at strings: completions go on to their end, and rewards see all of it.`,
          ),
        ]),
    ...(rollout.stopTokens.length === 0 ? [] : [missing('rollout.stopTokens', ends)]),
    ...(rollout.weights === 'float32'
      ? []
      : [missing('rollout.weights', `${sampler} samples from the weights as they are, not as ${rollout.weights}.`)]),
  ];
}
