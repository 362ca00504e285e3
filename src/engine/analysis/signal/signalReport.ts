/** How many of the newest groups had nothing to learn from, and why. */
import type { RewardResult } from '../../protocol/completion.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { MAX_NAMED_GROUPS, type NamedGroup } from '../../protocol/panels/outputsRequests.ts';
import { signalCauses, type CauseCount, type SignalCause, type SignalReport } from '../../protocol/panels/signal.ts';
import { isPutAside } from '../../protocol/screening.ts';
import { taskNamed, taskOfProblem, tasksOf, type Task } from '../../protocol/tasks.ts';
import type { RunReader } from '../../run/reader.ts';
import {
  newestTrainingSteps,
  readTexts,
  readTrainingGroups,
  readVerdicts,
  type GroupMember,
  type TrainingGroup,
  type TrainingStep,
} from '../../run/signal/trainingGroups.ts';
import { answersFound } from './answers.ts';
import { causeOf, isDead, signalRules, type SignalRules } from './causes.ts';
import { causeWords } from './causeWords.ts';

/** Enough groups for a share that means something, few enough to be what the policy does now. */
const STEPS = 10;
/** Completions that are looked at: a glance at them takes a few milliseconds. */
const COMPLETIONS = 4096;

/** The groups of a step. */
interface StepAutopsies {
  /** As `TrainingStep.sums`. */
  readonly sums: string;
  /** Whole ones, and those that screening put aside. */
  readonly groups: number;
  readonly putAside: number;
  readonly dead: readonly Autopsy[];
}

/** What was found out last, by step: a run that is watched is asked every few seconds, and nearly all steps are as they were then. */
const known = new WeakMap<RunReader, ReadonlyMap<number, StepAutopsies>>();

interface Autopsy {
  readonly group: NamedGroup;
  readonly task: Task;
  readonly cause: SignalCause;
  /** Rewards that failed, or said nothing. */
  readonly blamed: readonly string[];
}

/** @param last the newest step to look at. Returns null where nothing was trained on up to then. */
export function signalReport(reader: RunReader, last: number): SignalReport | null {
  const steps = newestTrainingSteps(reader, last, { steps: STEPS, completions: COMPLETIONS });
  const [first, newest] = [steps[0], steps.at(-1)];
  if (first === undefined || newest === undefined) return null;
  const experiment = reader.experiment();
  const before = known.get(reader);
  const found = new Map(
    steps.toReversed().map((trained) => {
      const kept = before?.get(trained.step);
      return [trained.step, kept?.sums === trained.sums ? kept : autopsiesOf(reader, trained, experiment)];
    }),
  );
  known.set(reader, found);
  const sumOf = (counted: 'groups' | 'putAside'): number =>
    [...found.values()].reduce((sum, step) => sum + step[counted], 0);
  const dead = [...found.values()].flatMap((step) => step.dead);
  const causes = signalCauses.flatMap((cause) => countOf(cause, dead, experiment));
  return {
    from: first.step,
    to: newest.step,
    steps: steps.length,
    groups: sumOf('groups'),
    putAside: sumOf('putAside'),
    dead: dead.length,
    causes,
  };
}

function autopsiesOf(reader: RunReader, { step, sums }: TrainingStep, experiment: Experiment): StepAutopsies {
  const all = readTrainingGroups(reader, step);
  const groups = all.filter(({ members }) => !isPutAside(members.length, experiment));
  const dead = groups
    .filter(({ members }) => isDead(members, experiment.algorithm))
    .map((group) => autopsy(reader, group, experiment));
  return { sums, groups: groups.length, putAside: all.length - groups.length, dead };
}

function autopsy(reader: RunReader, group: TrainingGroup, experiment: Experiment): Autopsy {
  const task = taskNamed(experiment, taskOfProblem(reader.manifest, group.problem));
  const rules = signalRules(experiment, task, group.step);
  const verdicts = readVerdicts(reader, group.members);
  const judged = group.members.map((member: GroupMember, index) => ({ ...member, rewards: verdicts[index] ?? {} }));
  const cause = causeOf(judged, rules, () =>
    answersFound(experiment, rules.solvedBy, verdicts, () => readTexts(reader, group.members)),
  );
  const { problem, step } = group;
  return { group: { problem, step }, task, cause, blamed: blamedFor(cause, verdicts, rules) };
}

function blamedFor(
  cause: SignalCause,
  verdicts: readonly Readonly<Record<string, RewardResult>>[],
  { weighted }: SignalRules,
): string[] {
  if (cause !== 'failed' && cause !== 'unscored') return [];
  return weighted.filter((name) =>
    verdicts.some((rewards) => {
      const result = rewards[name];
      return (
        result !== undefined && (cause === 'failed' ? 'error' in result : 'value' in result && result.value === null)
      );
    }),
  );
}

function countOf(cause: SignalCause, autopsies: readonly Autopsy[], experiment: Experiment): CauseCount[] {
  const found = autopsies.filter((one) => one.cause === cause);
  if (found.length === 0) return [];
  const names = new Set(found.map(({ task }) => task.name));
  const words = causeWords(cause, {
    experiment,
    tasks: tasksOf(experiment).filter(({ name }) => names.has(name)),
    blamed: [...new Set(found.flatMap(({ blamed }) => blamed))],
  });
  return [{ cause, ...words, count: found.length, groups: namedGroups(found.map(({ group }) => group)) }];
}

function namedGroups(groups: readonly NamedGroup[]): NamedGroup[] {
  const named = new Map(groups.map(({ problem, step }) => [`${step}/${problem}`, { problem, step }]));
  return [...named.values()].slice(0, MAX_NAMED_GROUPS);
}
