/** Opening everything that an experiment names: the policy in its compute process, the problems, the rewards in their graders. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { demonstrationWriter } from '../data/demonstration.ts';
import type { Problem } from '../data/problems.ts';
import type { Tokenizer } from '../model/tokenizer.ts';
import { openScorer, type Scorer } from '../reward/scorer.ts';
import { JudgeReplies } from '../reward/services/judgeReplies.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment, RewardConfig } from '../protocol/experiment.ts';
import { estimatorAdvice } from '../protocol/estimatorAdvice.ts';
import { promptAdvice } from '../protocol/promptAdvice.ts';
import { RAY } from '../protocol/rayConfig.ts';
import { tasksOf } from '../protocol/tasks.ts';
import { CleanUp } from './cleanUp.ts';
import { startOnCluster } from './clusterCompute.ts';
import type { EngineContext } from './engineContext.ts';
import {
  openModel,
  openPolicy,
  startCompute,
  type OpenedModel,
  type OpenedPolicy,
  type PolicyOptions,
} from './openPolicy.ts';
import { RunScorer } from './runScorer.ts';

/** What scores completions. */
export interface OpenedScoring {
  readonly scorer: RunScorer;
  /** Opens other rewards for it, with graders of their own. Rejects with UserError where they cannot be used. */
  readonly openRewards: (rewards: readonly RewardConfig[]) => Promise<Scorer>;
  /** What judges reply, of all of them; to be kept in the run's folder. */
  readonly judgeReplies: JudgeReplies;
}

export interface Opened extends OpenedPolicy, OpenedScoring {
  /** Tokens that supervised training learns, for each training problem; empty for other methods. */
  readonly demonstrations: ReadonlyMap<Problem, Int32Array>;
  /** Ends every process; nothing is asked of them any more. */
  close(): Promise<void>;
}

/**
 * @param experimentPath absolute; paths in the experiment are relative to its folder
 * @param state folder of a saved policy to continue from
 * @param requireFit as in `PolicyOptions`
 * @throws UserError for whatever of it cannot be used
 */
export async function openExperiment(
  experiment: Experiment,
  experimentPath: string,
  state: string | null,
  context: EngineContext,
  requireFit?: PolicyOptions['requireFit'],
): Promise<Opened> {
  const { emit, signal } = context;
  signal.throwIfAborted();
  const cleanUp = new CleanUp();
  try {
    emit({ event: 'phase', step: 0, phase: 'load', done: 0, total: 1 });
    for (const { message } of [...promptAdvice(experiment), ...estimatorAdvice(experiment)])
      emit({ event: 'warning', message });
    const compute =
      experiment.device === RAY
        ? await startOnCluster(experiment, experimentPath, cleanUp, context)
        : startCompute(cleanUp, context);
    const model = await openModel(experiment, experimentPath);
    const rewards = openScoring(experiment, experimentPath, cleanUp, context);
    const policy = openPolicy(experiment, { experimentPath, compute, model, state, rewards, requireFit }, context);
    // Where both fail, the rewards' error is told, whichever came first.
    policy.catch(() => {});
    const scoring = await rewards;
    const opened = await policy;
    const demonstrations = writeDemonstrations(experiment, opened, model);
    return { ...opened, ...scoring, demonstrations, close: () => cleanUp.close() };
  } catch (error) {
    await cleanUp.close();
    throw error;
  }
}

/** @throws UserError where a reward cannot be used */
export async function openScoring(
  { rewards }: Pick<Experiment, 'rewards'>,
  experimentPath: string,
  cleanUp: CleanUp,
  { emit, signal, temporary = tmpdir() }: Pick<EngineContext, 'emit' | 'signal' | 'temporary'>,
): Promise<OpenedScoring> {
  const bundles = await mkdtemp(join(temporary, 'rlvr-rewards-'));
  cleanUp.add(() => rm(bundles, { recursive: true, force: true }));
  const judgeReplies = new JudgeReplies();
  // A reward may take as long as its limit says; what waits for it is rejected when the signal aborts.
  const openRewards: OpenedScoring['openRewards'] = (wanted) =>
    openScorer({
      rewards: wanted,
      baseDir: dirname(experimentPath),
      outDir: bundles,
      onWarning: (message) => emit({ event: 'warning', message }),
      signal,
      services: { judgeReplies },
    });
  const scorer = new RunScorer(await openRewards(rewards));
  cleanUp.add(() => scorer.close());
  return { scorer, openRewards, judgeReplies };
}

/** Every demonstration as tokens, written before the first step: a row that cannot be is an error now, and not after hours. */
function writeDemonstrations(
  experiment: Experiment,
  { problems, policy: { contextLength } }: OpenedPolicy,
  { folder, tokenizer }: OpenedModel,
): ReadonlyMap<Problem, Int32Array> {
  if (experiment.method !== 'sft') return new Map();
  // A model names several tokens that end a sequence; the tokenizer's own is the one that closes a turn.
  const end = tokenizer.endOfTextId ?? folder.eosTokenIds[0];
  if (end === undefined)
    throw new UserError(
      `${folder.path} names no end-of-sequence token, which supervised training needs: set eos_token_id in its config.json.`,
    );
  const encode: Tokenizer['encode'] = (text, options) => tokenizer.encode(text, options);
  const writers = new Map(
    tasksOf(experiment).map(({ name, dataset }) => [
      name,
      demonstrationWriter(dataset, { encode, contextLength }, end),
    ]),
  );
  return new Map(
    problems.train.map((problem) => {
      const write = writers.get(problem.task);
      if (write === undefined) throw new RangeError(`the experiment has no task ${problem.task ?? 'without a name'}`);
      return [problem, write(problem)];
    }),
  );
}
