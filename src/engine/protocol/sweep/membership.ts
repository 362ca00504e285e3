/** What a run records of the sweep that it was trained for: by this it is found again, and shown with the others. */
import { z } from 'zod';

export const sweepMembershipSchema = z.object({
  /** The same for all runs of a sweep: identifies what its runs are, and says nothing of how it is called or written down. */
  id: z.string(),
  /** What the sweep is called. */
  name: z.string(),
  /** Which of its runs this is, from 0. */
  member: z.int().min(0),
  /** How many runs it has. */
  members: z.int().min(1),
  /** The first run of the recipe that the others are compared with. */
  baseline: z.int().min(0),
  /** What was set for this recipe, by path in the experiment (`optimizer.learningRate`); null took an entry out. */
  assigned: z.record(z.string(), z.unknown()),
});
export type SweepMembership = z.output<typeof sweepMembershipSchema>;
