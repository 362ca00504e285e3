/** A comparison of runs as plain data: what `rlvr compare --json` prints and the compare panel shows. */
import type { EvaluationSummary } from './events.ts';
import type { Estimate } from './metrics.ts';
import type { RunStatus } from './run.ts';

/** More curves than this cannot be told apart. */
export const MAX_COMPARED_RUNS = 10;

export interface ComparedRun {
  /** `A` to `J`: what sentences call it. */
  readonly letter: string;
  readonly id: string;
  readonly dir: string;
  /** What a person called the run, or when it was started. */
  readonly label: string;
  /** The experiment's name, or that of its file. */
  readonly experiment: string;
  readonly status: RunStatus;
  /** The process that wrote it ended without saying so. */
  readonly crashed: boolean;
  /** The newest step; null before the first. */
  readonly lastStep: number | null;
  /** How many steps the experiment asks for. */
  readonly steps: number;
  /** The step that it ends with, or ended with where that was early. */
  readonly end: number;
  readonly seed: number;
  readonly provenance: Provenance;
  /** The reward whose value 1 counts as solved; of several tasks in words, where they are not all the same. */
  readonly solvedBy: string | null;
  /** Newest evaluation on the validation part. */
  readonly final: EvaluationSummary | null;
  /** Highest of those that the experiment asks for, the first of equals; that before training may be it. Chosen after the fact, so optimistic. */
  readonly best: EvaluationSummary | null;
  /** How many it was chosen from. */
  readonly evaluations: number;
  /** On the test part, after the last step. */
  readonly test: EvaluationSummary | null;
}

/** By what a run is identified beside its experiment; equal texts are equal things. */
export interface Provenance {
  readonly model: string;
  readonly dataset: string;
  /** The problems of the validation part with all that the dataset says of them; null before the first evaluation. */
  readonly heldOut: string | null;
  /** Every reward's code with all that it imports. */
  readonly rewards: string;
  /** The commit and the difference to it; null outside a repository. */
  readonly code: string | null;
  readonly commit: string | null;
  readonly dirty: boolean;
  readonly engineVersion: string;
  readonly provider: string;
  readonly platform: string;
}

/** Things that runs may have in common. */
export type ComparedThing = keyof Pick<Provenance, 'model' | 'dataset' | 'heldOut' | 'rewards' | 'code'>;

/** An entry in which experiments differ. */
export interface Difference {
  /** `optimizer.learningRate`; a reward is called by its name, `rewards[correct].weight`, so that one more moves no other. */
  readonly path: string;
  /** One for each experiment, `undefined` where it is absent; a whole section where some experiment has no such section. */
  readonly values: readonly unknown[];
}

/** Runs that differ in nothing but their seed. */
export interface SeedGroup {
  /** Letters of the runs. */
  readonly runs: readonly string[];
  /** Of the final held-out accuracy, with its 95 % interval over seeds, on the problems that were asked. */
  readonly mean: Estimate;
  /** Sample standard deviation (ddof = 1). */
  readonly spread: number;
  readonly lowest: number;
  readonly highest: number;
  /** All of it in words. */
  readonly sentence: string;
}

/** Benchmarks that there are published results for. */
export const publishedBenchmarks = ['gsm8k', 'math500'] as const;
export type PublishedBenchmark = (typeof publishedBenchmarks)[number];

/** What others have published: not measured here. */
export interface PublishedResult {
  readonly benchmark: PublishedBenchmark;
  readonly model: string;
  readonly setting: string;
  /** As the source has it. */
  readonly result: string;
  readonly source: string;
}

/** What the runs are; without the results of one against another, which take longer to work out. */
export interface RunsOverview {
  readonly runs: readonly ComparedRun[];
  /** Entries of the resolved experiments that are not the same in all runs, with a value for each run. */
  readonly parameters: readonly Difference[];
  /** Whether the runs agree; null where that is not known of all of them. */
  readonly same: Readonly<Record<ComparedThing, boolean | null>>;
  /** The same in words. */
  readonly agreement: string;
  readonly seedGroups: readonly SeedGroup[];
  /** For the benchmark that is the dataset of all runs. */
  readonly published: readonly PublishedResult[];
  /** What to know before believing any of it. */
  readonly cautions: readonly string[];
}

export interface Comparison extends RunsOverview, ComparisonResults {}

/** The results of runs against one of them, and of its recipe against theirs. */
export interface ComparisonResults {
  /** Every run but the baseline, in order, against the baseline. */
  readonly pairs: readonly PairComparison[];
  /** Where a recipe was trained with several seeds: what can be said of it, beyond its runs. */
  readonly recipes: readonly RecipeComparison[];
}

/** `final`: the newest evaluation of each; `best`: the highest of each, chosen after the fact; `test`: the test part, at the end. */
export type MeasureName = 'final' | 'best' | 'test';

/** `a` is compared with, `b` is what the sentences are about; both are letters of runs. */
export interface PairComparison {
  readonly a: string;
  readonly b: string;
  /** Why there is nothing to compare; null where there is. */
  readonly refused: string | null;
  readonly measures: readonly PairedMeasure[];
}

/** `none`: no detectable difference; `few`: too few problems to say anything. */
export type Verdict = 'better' | 'worse' | 'none' | 'few';

export interface PairedMeasure {
  readonly of: MeasureName;
  readonly split: EvaluationSummary['split'];
  /** After which step each was measured. */
  readonly steps: { readonly a: number; readonly b: number };
  /** null where they share no problem: the sentence says so. */
  readonly result: PairedResult | null;
  readonly verdict: Verdict | null;
  readonly sentence: string;
  /** The same in a few words, for a table; empty where there is no result. */
  readonly brief: string;
  /** What to know before believing the sentence. */
  readonly cautions: readonly string[];
  /** Each of several tasks that both have, apart; empty where there is no more than one. */
  readonly tasks: readonly TaskMeasure[];
}

/** The same in one of several tasks. */
export interface TaskMeasure {
  readonly task: string;
  readonly result: PairedResult;
  readonly verdict: Verdict;
  readonly sentence: string;
  readonly brief: string;
}

/** One recipe against another, each by the runs of it that differ in their seed alone: `b` is what the sentence is about. */
export interface RecipeComparison {
  /** Letters of the runs. */
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly of: MeasureName;
  /** null where there are too few seeds, or their runs share no problem: the sentence says so. */
  readonly result: RecipeResult | null;
  readonly verdict: Verdict | null;
  readonly sentence: string;
}

export interface RecipeResult {
  /** How many problems all of the runs evaluated. */
  readonly problems: number;
  /** b - a with its 95 % interval over seeds and problems. */
  readonly difference: Estimate;
  /** Two-sided, of this comparison alone. */
  readonly pValue: number;
}

export interface PairedResult {
  /** How many problems both evaluated. */
  readonly problems: number;
  /** How many each evaluated. */
  readonly evaluated: { readonly a: number; readonly b: number };
  /** On the problems that both evaluated. */
  readonly accuracy: { readonly a: number; readonly b: number };
  /** b - a with its paired 95 % interval. */
  readonly difference: Estimate;
  /** Two-sided, of this comparison alone; with one sample of each problem no lower than McNemar's exact test has it. */
  readonly pValue: number;
  readonly winLose: WinLose;
}

/** Problems (rows of the dataset file, ascending; of several tasks as `a` numbers them) by who solved them: at least half of a problem's samples count as solved. */
export interface WinLose {
  readonly both: readonly number[];
  readonly onlyA: readonly number[];
  readonly onlyB: readonly number[];
  readonly neither: readonly number[];
}
