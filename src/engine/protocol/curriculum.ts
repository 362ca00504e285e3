/** The `curriculum` of an experiment: which of the training problems are drawn when. Without one, every problem is drawn once an epoch. */
import { z } from 'zod';

const share = z.number().min(0).max(1);

/** From the easy end of an order to all of it (Platanios et al., "Competence-based Curriculum Learning", arXiv:1903.09848, linear). */
const opening = {
  order: z
    .enum(['ascending', 'descending'])
    .default('ascending')
    .describe('Which end of the order comes first: the lowest, or the highest.'),
  start: share
    .positive()
    .default(0.25)
    .describe('The share of the problems that may be drawn in the first step; it grows in a straight line.'),
  until: share.default(0.7).describe("The share of the run's steps after which all problems may be drawn."),
};

const byColumn = z.strictObject({
  by: z.literal('column').describe('In the order of a column of the rows.'),
  column: z.string().min(1).describe('Its name: numbers sort as numbers, texts as people sort them.'),
  ...opening,
});

const byPassRate = z.strictObject({
  by: z
    .literal('passRate')
    .describe(
      'In the order of how often the untrained policy solves each problem, measured before the first step and kept.',
    ),
  samples: z.int().min(1).max(256).default(4).describe('Completions of each problem, sampled as in training.'),
  problems: z
    .int()
    .min(1)
    .optional()
    .describe('How many of the training problems are measured, drawn by seed, and trained on; all unless given.'),
  low: share.default(0).describe('Problems that are solved less often are left out.'),
  high: share.default(1).describe('Problems that are solved more often are left out.'),
  ...opening,
  order: opening.order.default('descending').describe('`descending` begins with what is solved most often.'),
});

const adaptive = z.strictObject({
  by: z
    .literal('adaptive')
    .describe(
      'Most often what the policy is expected to solve half of the time, rarely what it solves always, from what the run has seen so far.',
    ),
  unsolved: share
    .default(0.85)
    .describe(
      'What a problem that is solved less than half of the time is worth at least, beside the 1 of one that is solved half of the time: ' +
        'with 0, what is never solved is hardly drawn again.',
    ),
  exploration: share
    .default(0.1)
    .describe('The share of the draws that all problems have alike, whatever is expected of them.'),
  rest: share
    .default(0.5)
    .describe('A problem that was drawn waits until this share of the problems were drawn since.'),
  focus: z
    .number()
    .min(0)
    .max(8)
    .default(2)
    .describe('The weight of a problem is what it is expected to be worth, to this power; 0 draws all alike.'),
  screen: z
    .int()
    .min(0)
    .default(2)
    .describe(
      'Completions of each problem that are sampled first: where they are all solved and score alike, the rest of its group is not sampled. ' +
        '0 samples whole groups.',
    ),
});

export const curriculumSchema = z
  .discriminatedUnion('by', [byColumn, byPassRate, adaptive])
  .describe('Which problems are drawn when; without it every one once an epoch, in a new random order.');

export type CurriculumConfig = z.output<typeof curriculumSchema>;
export type ColumnCurriculum = z.output<typeof byColumn>;
export type PassRateCurriculum = z.output<typeof byPassRate>;
export type AdaptiveCurriculum = z.output<typeof adaptive>;
/** What the ordered kinds have in common. */
export type OpeningConfig = Pick<ColumnCurriculum, 'start' | 'until'>;
