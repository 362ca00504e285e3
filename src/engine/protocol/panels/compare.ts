/** What the compare panel and the host say to each other. */
import { z } from 'zod';
import type { ComparedRun, ComparisonResults, MeasureName, RunsOverview } from '../comparison.ts';
import { MAX_TABLE_RUNS, type RecipeTable } from '../recipeTable.ts';
import type { MetricPoints } from './curves.ts';
import type { ProblemPlace } from './outputs.ts';

const runDir = z.string().min(1);
const runs = z.array(runDir).max(MAX_TABLE_RUNS);
/** A problem, by the number that the run gives it. */
const problem = z.int().min(0);
const split = z.enum(['validation', 'test']);
/** Charts that are on the page at once are four, each of which may show the same metric in several. */
const MAX_METRICS = 8;
/** More than anyone scrolls to in a list of problems; the panel asks for more as it shows more. */
export const MAX_PROBLEMS = 500;

/** What can be looked at in the editor's own comparison of two texts. */
const diffSchema = z.enum(['experiment', 'rewards', 'code', 'dataset']);
export type DiffKind = z.output<typeof diffSchema>;

export const fromComparePanelSchema = z.discriminatedUnion('type', [
  /** Metrics to send curves of, from now on. */
  z.strictObject({ type: z.literal('metrics'), metrics: z.array(z.string()).max(MAX_METRICS) }),
  z.strictObject({ type: z.literal('addRuns') }),
  z.strictObject({ type: z.literal('removeRun'), run: runDir }),
  z.strictObject({ type: z.literal('setBaseline'), run: runDir }),
  /** The runs of a recipe beside those of the one that all are compared with. */
  z.strictObject({ type: z.literal('lookCloser'), runs, baseline: runs }),
  z.strictObject({ type: z.literal('diff'), diff: diffSchema, a: runDir, b: runDir }),
  /** What the rewards of `b` say of the completions of `a`. */
  z.strictObject({ type: z.literal('compareRewards'), a: runDir, b: runDir }),
  /** Texts of problems, for a list. */
  z.strictObject({ type: z.literal('problems'), run: runDir, split, problems: z.array(problem).max(MAX_PROBLEMS) }),
  /** What two runs wrote for a problem, side by side. */
  z.strictObject({
    type: z.literal('openOutputs'),
    split,
    problem,
    a: z.strictObject({ run: runDir, step: z.int().min(0) }),
    b: z.strictObject({ run: runDir, step: z.int().min(0) }),
  }),
]);
export type FromComparePanel = z.output<typeof fromComparePanelSchema>;

/** null for what is no message of the panel. */
export function parseFromComparePanel(message: unknown): FromComparePanel | null {
  const parsed = fromComparePanelSchema.safeParse(message);
  return parsed.success ? parsed.data : null;
}

/** What tells, for each metric, which reward code it comes from: runs with different texts have no axis in common. */
export interface MetricOrigin {
  readonly metric: string;
  /** For each run; null where no reward code is behind the metric, or the run does not have it. */
  readonly origins: readonly (string | null)[];
  /** The same of the code that each run began with: as long as that gave the values, runs with equal texts have an axis in common. */
  readonly beginnings: readonly (string | null)[];
  /** For each run, the steps from which on other code gave its values. */
  readonly breaks: readonly (readonly number[])[];
}

export interface CompareOverview extends RunsOverview {
  /** Letter of the run that the others are compared with. */
  readonly baseline: string;
  /** Folders that cannot be read, and why. */
  readonly unreadable: readonly { readonly run: string; readonly message: string }[];
  /** Every metric that some run has. */
  readonly metrics: readonly MetricOrigin[];
}

export interface RunProgress extends Pick<ComparedRun, 'status' | 'crashed' | 'lastStep'> {
  /** Its folder. */
  readonly run: string;
}

export interface RunCurves {
  readonly run: string;
  /** Each metric asked for that the run has, `num_tokens` and `step_time`. */
  readonly series: readonly MetricPoints[];
}

export interface ProblemText {
  readonly problem: number;
  readonly place: ProblemPlace;
  /** What tells it from the others, on one line. */
  readonly text: string;
}

export type ToComparePanel =
  | { readonly type: 'overview'; readonly overview: CompareOverview }
  /** One measure of all pairs, worked out after the overview that it belongs to; nothing in `measures` where there is no such measure. */
  | { readonly type: 'results'; readonly of: MeasureName; readonly results: ComparisonResults }
  /** What changed: where runs stand (the overview follows, less often), and the curves of those that have gone on. */
  | {
      readonly type: 'curves';
      readonly progress: readonly RunProgress[];
      readonly curves: readonly RunCurves[];
    }
  | {
      readonly type: 'problems';
      readonly run: string;
      readonly split: 'validation' | 'test';
      readonly problems: readonly ProblemText[];
    }
  /** The table of all settings that are compared; null where runs alone say as much. */
  | { readonly type: 'recipes'; readonly table: RecipeTable | null }
  /** What was asked for did not work, and why. */
  | { readonly type: 'failed'; readonly message: string };
