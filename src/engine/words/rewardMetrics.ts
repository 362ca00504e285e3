/** Which rewards stand behind a metric: what changes when the code of one is changed. */
import { taskMetric } from './taskMetrics.ts';

/** Metrics in the units of the combined reward. Dead groups are not among them: how often it is everywhere the same is a share. */
const OF_COMBINED = /^(reward|reward_std|groups\/reward_std)$/;
/** Metrics of one function. */
const OF_ONE = /^rewards\/(.+)\/(mean|std)$/;
/** Metrics that count what is solved; `solved` alone is one of tasks. */
const OF_SOLVED = /^(solved|eval\/(accuracy(_low|_high)?|(pass|maj)@\d+)|groups\/all_(correct|wrong)_frac)$/;

/** All rewards, the one of a name, or the one that says what is solved. */
export type MetricSource =
  { readonly of: 'combined' } | { readonly of: 'one'; readonly name: string } | { readonly of: 'solved' };

/**
 * null where no reward stands behind the metric: a length means the same in every run. Metrics of held-out completions (`eval_...`) are
 * those of training with that prefix, and those of a task (`tasks/NAME/...`) those of the run.
 */
export function metricSource(metric: string): MetricSource | null {
  const name = (taskMetric(metric)?.metric ?? metric).replace(/^eval_/, '');
  if (OF_COMBINED.test(name)) return { of: 'combined' };
  const one = OF_ONE.exec(name)?.[1];
  if (one !== undefined) return { of: 'one', name: one };
  return OF_SOLVED.test(name) ? { of: 'solved' } : null;
}

/** Code of some rewards that was another from a step on; `solved` where the one that says what is solved is among them. */
interface Change {
  readonly step: number;
  readonly rewards: readonly string[];
  readonly solved: boolean;
}

/**
 * The steps from which on a metric means something else, ascending: its curve has a gap before each. That of a task also has one where
 * only rewards of other tasks changed: too many gaps claim nothing.
 */
export function breaksOf(metric: string, changes: readonly Change[]): number[] {
  const source = metricSource(metric);
  if (source === null) return [];
  const concerned = changes.filter(({ rewards, solved }) => {
    if (source.of === 'solved') return solved;
    return source.of === 'combined' || rewards.includes(source.name);
  });
  return concerned.map(({ step }) => step);
}
