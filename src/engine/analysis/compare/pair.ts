/** One run against another: on what they can be compared, the results, and what to know before believing them. */
import type { MeasureName, PairedMeasure, PairedResult } from '../../protocol/comparison.ts';
import type { DatasetConfig } from '../../protocol/datasetConfig.ts';
import type { ControlName } from '../../protocol/experiment.ts';
import { datasetEntryText, solvedByTask, tasksOf } from '../../protocol/tasks.ts';
import { describeValue } from '../../words/describeValue.ts';
import { count, plural } from '../../words/format.ts';
import { differences } from './differences.ts';
import { resultsOfTask, type HeldOutResults } from './heldOut.ts';
import { pairedResult } from './paired.ts';
import type { Side } from './side.ts';

/** What was found for one measure, before it is said in words. */
export interface FoundMeasure extends Pick<PairedMeasure, 'of' | 'split' | 'steps' | 'result' | 'cautions'> {
  /** Each of several tasks that both have, apart. */
  readonly tasks: readonly FoundTask[];
}

export interface FoundTask {
  readonly task: string;
  readonly result: PairedResult;
}

/** `a` is what is compared with, `b` what the sentences are about. */
export interface Sides {
  readonly a: Side;
  readonly b: Side;
}

/** An entry of each dataset that both have: `dataset.splitSeed`, or `tasks.NAME.dataset.splitSeed`; empty where they share no task. */
export function sharedEntries({ a, b }: Sides, entry: keyof DatasetConfig): string {
  const others = tasksOf(b.experiment).map(({ name }) => name);
  const shared = tasksOf(a.experiment).filter(({ name }) => others.includes(name));
  return shared.map(({ name }) => datasetEntryText(name, entry)).join(', ');
}

/** Why the two have nothing to be compared by; null where they have. */
export function refusal({ a, b }: Sides): string | null {
  const unmeasured = [a, b].filter(({ milestones: { final, test } }) => final === null && test === null);
  if (unmeasured.length > 0) {
    const letters = [...new Set(unmeasured.map(({ letter }) => letter))].join(' and ');
    return `Nothing to compare: ${letters} ${unmeasured.length > 1 ? 'have' : 'has'} not been measured on held-out problems.`;
  }
  const other = [...b.solved].find(([task, identity]) => a.solved.has(task) && a.solved.get(task) !== identity);
  if (other === undefined) return null;
  const [task] = other;
  const [nameA, nameB] = [solvedByTask(a.experiment)(task), solvedByTask(b.experiment)(task)];
  const what = nameA === nameB ? `"${nameA}" is other code` : `${a.letter} asks "${nameA}", ${b.letter} "${nameB}"`;
  return (
    `Not the same measure: what counts as solved${task === null ? '' : ` in the task ${task}`} differs (${what}). ` +
    `A function in a file of its own, named by ${task === null ? 'evaluation.reward' : `tasks.${task}.solvedBy`}, stays comparable when other rewards change.`
  );
}

/**
 * null where one of them was not measured in this way.
 * @throws UserError where a run cannot be read
 */
export function findMeasure(of: MeasureName, sides: Sides): FoundMeasure | null {
  const [a, b] = [sides.a.milestones[of], sides.b.milestones[of]];
  if (a === null || b === null) return null;
  const results = [sides.a.results(a), sides.b.results(b)] as const;
  const result = pairedResult(...results);
  const found = { of, split: a.split, steps: { a: a.step, b: b.step }, result, tasks: tasksIn(results) };
  if (result === null) return { ...found, cautions: [] };
  return {
    ...found,
    cautions: [
      ...selection(of, sides),
      ...progress(of, found.steps, sides),
      ...subset(result, sides),
      ...conditions(sides),
      ...controls(sides),
      ...seeds(sides),
    ],
  };
}

/** Of a single one there is nothing to say beside the whole. */
function tasksIn([a, b]: readonly [HeldOutResults, HeldOutResults]): FoundTask[] {
  const names = (a.tasks ?? []).map(({ name }) => name);
  if (names.length < 2) return [];
  return names.flatMap((task) => {
    const result = pairedResult(resultsOfTask(a, task), resultsOfTask(b, task));
    return result === null ? [] : [{ task, result }];
  });
}

/** The best of several is partly luck, which the interval knows nothing of. */
function selection(of: MeasureName, { a, b }: Sides): string[] {
  const chosenFrom = [a, b].map(({ letter, milestones: { evaluations } }) => `${evaluations} of ${letter}`);
  if (of !== 'best' || Math.max(a.milestones.evaluations, b.milestones.evaluations) < 2) return [];
  return [
    `Chosen after the fact, the best of ${chosenFrom.join(' and ')}, on these same problems: both are optimistic, the one with more tries the more.`,
  ];
}

function progress(of: MeasureName, steps: PairedMeasure['steps'], { a, b }: Sides): string[] {
  const running = of === 'final' ? [a, b].filter((side) => side.running) : [];
  return [
    ...running.map(({ letter }) => `${letter} is still running.`),
    ...(of === 'final' && steps.a !== steps.b
      ? [`Measured after different steps: ${a.letter} after ${count(steps.a)}, ${b.letter} after ${count(steps.b)}.`]
      : []),
  ];
}

function subset({ problems, evaluated }: PairedResult, { a, b }: Sides): string[] {
  if (problems === evaluated.a && problems === evaluated.b) return [];
  return [
    `Compared on the ${plural(problems, 'problem')} that both held out, of ${count(evaluated.a)} of ${a.letter} and ${count(evaluated.b)} of ${b.letter}.`,
  ];
}

/** Differences in how the policy was asked are part of the measured difference. */
const CONDITIONS =
  /^(evaluation\.(samples|sampling)|rollout\.(maxCompletionLength|stop|stopTokens)$|(tasks\.[\w-]+\.)?dataset\.(prompt|format|system|chat|fewShot))/;

function conditions({ a, b }: Sides): string[] {
  const asked = differences([a.experiment, b.experiment])
    .filter(({ path }) => CONDITIONS.test(path))
    .map(({ path, values }) => `${path} ${values.map(describeValue).join(' and ')}`);
  return asked.length === 0 ? [] : [`Not asked the same way: ${asked.join('; ')}.`];
}

const CONTROLS: Readonly<Record<ControlName, string>> = {
  'random-reward': 'trained on a random reward',
  'no-training': 'measured without training',
};

function controls({ a, b }: Sides): string[] {
  return [a, b].flatMap(({ letter, experiment: { control } }) =>
    control === undefined ? [] : [`${letter} is a control, ${CONTROLS[control]}.`],
  );
}

/** What a seed does is as sure as what a learning rate does, and means less. */
function seeds({ a, b }: Sides): string[] {
  const paths = differences([a.experiment, b.experiment]).map(({ path }) => path);
  if (paths.length !== 1 || paths[0] !== 'seed') return [];
  return [`No other parameter than the seed differs: so far apart can seeds alone bring ${a.letter} and ${b.letter}.`];
}
