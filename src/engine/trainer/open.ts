/** Opening everything that an experiment names: the policy in its compute process, the problems, the rewards in their graders. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ComputeClient } from '../compute/client.ts';
import { demonstrationWriter } from '../data/demonstration.ts';
import { loadProblems, type Problem, type Problems } from '../data/problems.ts';
import { renderChat } from '../model/chatTemplate.ts';
import { ADAPTER_CONFIG_FILE } from '../model/adapterConfig.ts';
import { hashFiles, modelHash } from '../model/modelHash.ts';
import { openModelFolder, type ModelFolder } from '../model/modelFolder.ts';
import { modelPath } from '../model/modelPath.ts';
import { ADAPTER_WEIGHTS_FILE } from '../model/peft.ts';
import { Tokenizer } from '../model/tokenizer.ts';
import { openScorer, type Scorer } from '../reward/scorer.ts';
import { JudgeReplies } from '../reward/services/judgeReplies.ts';
import type { LoadReply } from '../protocol/compute.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment, RewardConfig } from '../protocol/experiment.ts';
import type { EngineContext } from './engineContext.ts';
import { RunScorer } from './runScorer.ts';

export interface Opened {
  readonly compute: ComputeClient;
  readonly policy: LoadReply;
  readonly problems: Problems;
  readonly scorer: RunScorer;
  /** Opens other rewards for it, with graders of their own. Rejects with UserError where they cannot be used. */
  readonly openRewards: (rewards: readonly RewardConfig[]) => Promise<Scorer>;
  /** What judges reply, of all of them; to be kept in the run's folder. */
  readonly judgeReplies: JudgeReplies;
  /** Of what training starts from: the model, and the adapter that it continues. */
  readonly modelHash: string;
  /** Tokens that supervised training learns, for each training problem; empty for other methods. */
  readonly demonstrations: ReadonlyMap<Problem, Int32Array>;
  /** Ends every process; nothing is asked of them any more. */
  close(): Promise<void>;
}

/**
 * @param experimentPath absolute; paths in the experiment are relative to its folder
 * @param state folder of a saved policy to continue from
 * @throws UserError for whatever of it cannot be used
 */
export async function openExperiment(
  experiment: Experiment,
  experimentPath: string,
  state: string | null,
  { emit, signal, awaitRoom, temporary = tmpdir() }: EngineContext,
): Promise<Opened> {
  signal.throwIfAborted();
  const baseDir = dirname(experimentPath);
  const onWarning = (message: string): void => emit({ event: 'warning', message });
  const cleanUp: (() => unknown)[] = [];
  // What cannot be ended keeps nothing else from ending.
  const close = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (const action of cleanUp.splice(0).reverse()) {
      try {
        await action();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  };
  try {
    emit({ event: 'phase', step: 0, phase: 'load', done: 0, total: 1 });
    const folder = await openModelFolder(modelPath(experiment.model, baseDir));
    const tokenizer = await Tokenizer.load(folder.path, folder.eosTokenIds);

    const bundles = await mkdtemp(join(temporary, 'rlvr-rewards-'));
    cleanUp.push(() => rm(bundles, { recursive: true, force: true }));
    const judgeReplies = new JudgeReplies();
    // A reward may take as long as its limit says; what waits for it is rejected when the signal aborts.
    const openRewards: Opened['openRewards'] = (rewards) =>
      openScorer({ rewards, baseDir, outDir: bundles, onWarning, signal, services: { judgeReplies } });
    const scorer = new RunScorer(await openRewards(experiment.rewards));
    cleanUp.push(() => scorer.close());

    // A signal that was aborted meanwhile tells no listener.
    signal.throwIfAborted();
    const compute = new ComputeClient();
    const stop = (): void => compute.kill();
    signal.addEventListener('abort', stop, { once: true });
    cleanUp.push(() => signal.removeEventListener('abort', stop), stop);
    if (awaitRoom) {
      // Its answer shows that the process has loaded its files, which may be gone when the wait is over.
      await compute.request({ kind: 'inspect', providers: [] });
      await awaitRoom(experiment.threads);
    }
    const lora = experiment.full ? null : (experiment.lora ?? null);
    const from = lora?.from === undefined ? null : resolve(baseDir, lora.from);
    const loading = compute.request({
      kind: 'load',
      model: folder.path,
      lora: lora && from !== null ? { ...lora, from } : lora,
      state,
      seed: experiment.seed,
      device: experiment.device,
      threads: experiment.threads,
    });
    const [policy, hash] = await Promise.all([loading, startHash(folder, from)]);
    policy.warnings.forEach(onWarning);

    const { contextLength } = policy;
    const encode: Tokenizer['encode'] = (text, options) => tokenizer.encode(text, options);
    const problems = await loadProblems(experiment.dataset, {
      baseDir,
      seed: experiment.seed,
      encode,
      renderChat: (messages) => renderChat(tokenizer, messages),
      contextLength,
      // Where nothing scores, nothing is sampled.
      maxCompletionLength: experiment.rewards.length === 0 ? 0 : experiment.rollout.maxCompletionLength,
    });
    problems.warnings.forEach(onWarning);
    const demonstrations = writeDemonstrations(experiment, problems, tokenizer, folder, contextLength);

    return {
      compute,
      policy,
      problems,
      scorer,
      openRewards,
      judgeReplies,
      modelHash: hash,
      demonstrations,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startHash(folder: ModelFolder, adapter: string | null): Promise<string> {
  const model = await modelHash(folder);
  if (adapter === null) return model;
  const adapterHash = await hashFiles(adapter, [ADAPTER_CONFIG_FILE, ADAPTER_WEIGHTS_FILE]);
  return createHash('sha256').update(`${model} ${adapterHash}`).digest('hex');
}

/** Every demonstration as tokens, written before the first step: a row that cannot be is an error now, and not after hours. */
function writeDemonstrations(
  experiment: Experiment,
  problems: Problems,
  tokenizer: Tokenizer,
  folder: ModelFolder,
  contextLength: number,
): ReadonlyMap<Problem, Int32Array> {
  if (experiment.method !== 'sft') return new Map();
  // A model names several tokens that end a sequence; the tokenizer's own is the one that closes a turn.
  const end = tokenizer.endOfTextId ?? folder.eosTokenIds[0];
  if (end === undefined)
    throw new UserError(
      `${folder.path} names no end-of-sequence token, which supervised training needs: set eos_token_id in its config.json.`,
    );
  const encode: Tokenizer['encode'] = (text, options) => tokenizer.encode(text, options);
  const write = demonstrationWriter(experiment.dataset, { encode, contextLength }, end);
  return new Map(problems.train.map((problem) => [problem, write(problem)]));
}
