/** Evaluates policies on held-out problems when a person asks for it: of an experiment as it begins, or any that a run has kept. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bestPolicy } from '../analysis/bestPolicy.ts';
import type { MeasuredPolicy } from '../analysis/compare/policies.ts';
import { changesOf } from '../analysis/rewardHistory.ts';
import { asBegun } from '../data/asBegun.ts';
import { UserError } from '../protocol/errors.ts';
import type { MeasuredSummary } from '../protocol/events.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { shuffle } from '../random/draws.ts';
import { uniforms } from '../random/keyed.ts';
import type { PolicyName } from '../protocol/policyName.ts';
import { DATABASE_FILE, EXPERIMENT_FILE } from '../run/layout.ts';
import { RunReader } from '../run/reader.ts';
import { RunWriter } from '../run/writer.ts';
import { closeAll, stoppedBy } from './ending.ts';
import type { EngineContext, Outcome } from './engineContext.ts';
import { evaluate, type Evaluation, type EvaluationContext } from './evaluate.ts';
import { openExperiment, type Opened } from './open.ts';
import { namedPolicies, requirePolicy, type NamedPolicy } from './policyNames.ts';
import { withRewardsAt } from './provenance.ts';
import { readExperiment } from './readExperiment.ts';
import { recordLateEvaluation } from './record.ts';
import { RewardFailures } from './rewardFailures.ts';
import { requireSame, withThreads } from './sameRun.ts';

export interface EvaluateOptions {
  /** An experiment file, whose untrained policy is evaluated, or a run folder. */
  readonly path: string;
  readonly split: Part;
  /** So many of its problems, drawn by the experiment's seed; all unless given. */
  readonly problems?: number;
  /** `path=value` of `--set`; what is measured with any is not the run's own and is not written into it. */
  readonly overrides: readonly string[];
  /** Which of a run's policies; the last unless given. */
  readonly checkpoints?: readonly PolicyName[] | 'all';
}

export type Part = MeasuredSummary['split'];

export interface EvaluatedPolicies {
  /** In the order in which they were asked for. */
  readonly policies: readonly MeasuredPolicy[];
  /** The step of the run's best, chosen by its accuracy on the validation part; null where there was none to choose from. */
  readonly best: number | null;
}

/** As `evaluatePolicies`, for those who are told by events alone. */
export async function evaluatePath(options: EvaluateOptions, context: EngineContext): Promise<Outcome> {
  try {
    await evaluatePolicies(options, context);
    return 'finished';
  } catch (error) {
    return stoppedBy(context.signal, error);
  }
}

/**
 * Evaluates one policy after another, each with the rewards that scored its step. Of a run as it was trained the results on problems that
 * were held out, all of a part, are written into it.
 * Rejects with UserError where one is not there, or there is nothing to evaluate.
 */
export async function evaluatePolicies(options: EvaluateOptions, unheard: EngineContext): Promise<EvaluatedPolicies> {
  const { path, overrides, checkpoints = ['last'] } = options;
  const context = warningOnce(unheard);
  if (!existsSync(join(path, DATABASE_FILE))) {
    if (options.checkpoints !== undefined)
      throw new UserError(
        `${path} is no run folder, and only runs have checkpoints. Runs are the folders in .rlvr/runs.`,
      );
    const experiment = await readExperiment(resolve(path), overrides);
    return { policies: [await evaluateStart(experiment, options, context)], best: null };
  }
  const writer = RunWriter.open(resolve(path));
  try {
    requirePolicy(writer.manifest);
    if (writer.lastStep === null)
      throw new UserError(`${path} has no step to evaluate yet. Continue it with: rlvr train --resume ${path}`);
    const experiment = await readExperiment(join(writer.dir, EXPERIMENT_FILE), overrides);
    const best = chosenStep(writer.dir);
    const policies: MeasuredPolicy[] = [];
    for (const policy of namedPolicies(writer, checkpoints))
      policies.push(await evaluateSaved(writer, experiment, policy, options, context));
    return { policies, best };
  } finally {
    writer.close();
  }
}

/** Each policy is opened with all that the others are: what is said of that is said once. */
function warningOnce(context: EngineContext): EngineContext {
  const said = new Set<string>();
  return {
    ...context,
    emit: (event) => {
      if (event.event === 'warning' && said.has(event.message)) return;
      if (event.event === 'warning') said.add(event.message);
      context.emit(event);
    },
  };
}

function chosenStep(runDir: string): number | null {
  const reader = RunReader.open(runDir);
  try {
    const best = bestPolicy(reader);
    return best !== null && best.chosenFrom > 1 ? best.evaluation.step : null;
  } finally {
    reader.close();
  }
}

async function evaluateStart(
  experiment: Experiment,
  options: EvaluateOptions,
  context: EngineContext,
): Promise<MeasuredPolicy> {
  const used = withThreads(experiment, context.defaultThreads);
  const opened = await openExperiment(used, resolve(options.path), null, context);
  try {
    return told(await measured({ ...context, ...asked(opened), experiment, writer: null }, 0, options), 0, context);
  } finally {
    await closeAll(opened, null);
  }
}

async function evaluateSaved(
  writer: RunWriter,
  experiment: Experiment,
  { step, state }: NamedPolicy,
  options: EvaluateOptions,
  context: EngineContext,
): Promise<MeasuredPolicy> {
  const { manifest, dir } = writer;
  const used = asBegun(writer, withRewardsAt(writer, withThreads(experiment, manifest.threads), step));
  const opened = await openExperiment(used, manifest.experimentPath, state === null ? null : join(dir, state), context);
  try {
    requireSame(writer, opened, experiment, step);
    const record = isRecorded(options) ? writer : null;
    const evaluation = await measured({ ...context, ...asked(opened), experiment, writer: record }, step, options);
    if (record && isHeldOut(evaluation)) recordLateEvaluation(record, evaluation);
    const changes = changesOf(writer.rewardVersions(), experiment);
    const since = changes.findLast(({ solved, step: from }) => solved && from <= step)?.step ?? 0;
    return told(evaluation, since, context);
  } finally {
    await closeAll(opened, null);
  }
}

export type Measuring = Omit<EvaluationContext, 'failures'>;

/** What was opened, its policy being asked. */
function asked(opened: Opened): Opened & Pick<Measuring, 'sample'> {
  return { ...opened, sample: (request, listener) => opened.compute.request(request, listener) };
}

/** Whether the result is written into a run: not that of other settings, of a sample, or of what was trained on. */
function isRecorded({ split, overrides, problems }: Omit<EvaluateOptions, 'path'>): boolean {
  return overrides.length === 0 && problems === undefined && split !== 'train';
}

export function isHeldOut(evaluation: Evaluation<Part>): evaluation is Evaluation {
  return evaluation.summary.split !== 'train';
}

export async function measured(
  run: Measuring,
  step: number,
  { split, problems: count }: EvaluateOptions,
): Promise<Evaluation<Part>> {
  const problems = { ...run.problems, [split]: sampled(run.problems[split], count, run.experiment.seed) };
  const evaluation = await evaluate({ ...run, problems, failures: new RewardFailures() }, step, split);
  if (evaluation === null) throw nothingToEvaluate(split, run.experiment);
  return evaluation;
}

/** The same ones whenever so many are asked for, in their order. */
function sampled<Item>(items: readonly Item[], count: number | undefined, seed: number): readonly Item[] {
  if (count === undefined || count >= items.length) return items;
  const chosen = new Set(shuffle([...items.keys()], uniforms(seed, 'evaluation')).slice(0, count));
  return items.filter((_, index) => chosen.has(index));
}

export function told(
  { summary, groups, solved }: Evaluation<Part>,
  solvedSince: number,
  { emit }: EngineContext,
): MeasuredPolicy {
  emit({ event: 'eval', ...summary });
  const shares = new Map(groups.map(({ problem }, index) => [problem.problem, (solved[index] ?? 0) / summary.samples]));
  return { summary, shares, solvedSince };
}

export function nothingToEvaluate(split: Part, { rewards }: Experiment): UserError {
  return new UserError(
    rewards.length === 0
      ? 'The experiment has no reward function, so there is nothing that could call an answer right.'
      : `The experiment has no ${split} problems: give dataset.${split}.`,
  );
}
