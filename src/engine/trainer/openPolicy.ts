/** Opening what an experiment names beside its rewards: the policy in its compute process, and the problems. */
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { cacheFacts } from '../compute/cacheFacts.ts';
import { ComputeClient } from '../compute/client.ts';
import type { Compute } from '../compute/compute.ts';
import { loadProblems, type ProblemDependencies, type Problems } from '../data/problems.ts';
import { renderChat } from '../model/chatTemplate.ts';
import { ADAPTER_CONFIG_FILE } from '../model/adapterConfig.ts';
import { hashFiles } from '../model/hashFiles.ts';
import { modelHash } from '../model/modelHash.ts';
import { openModelFolder, type ModelFolder } from '../model/modelFolder.ts';
import { findModel } from '../model/findModel.ts';
import { ADAPTER_WEIGHTS_FILE } from '../model/peft.ts';
import { architectureOf } from '../model/registry.ts';
import { SharedPrefixTokenizer } from '../model/sharedPrefixTokenizer.ts';
import { Tokenizer } from '../model/tokenizer.ts';
import type { LoadReply } from '../protocol/compute.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { computeDevice, RAY } from '../protocol/rayConfig.ts';
import { tasksOf } from '../protocol/tasks.ts';
import type { CleanUp } from './cleanUp.ts';
import type { EngineContext } from './engineContext.ts';
import type { MemoryFacts } from './experimentMemory.ts';

/** What the prompts are written and read by. */
export interface OpenedModel {
  readonly folder: ModelFolder;
  /** Of a model of the hub: its commit; null for a folder. */
  readonly revision: string | null;
  readonly tokenizer: Tokenizer;
  /** What its user should know. */
  readonly warnings: readonly string[];
}

export interface OpenedPolicy {
  readonly compute: Compute;
  readonly policy: LoadReply;
  readonly problems: Problems;
  readonly model: OpenedModel;
  /** Of what training starts from: the model, and the adapter that it continues. */
  readonly modelHash: string;
}

/** @throws UserError where the folder is no model that can be used */
export async function openModel({ model }: Experiment, experimentPath: string): Promise<OpenedModel> {
  const { path, revision, warnings } = await findModel(model, dirname(experimentPath));
  const folder = await openModelFolder(path);
  return { folder, revision, tokenizer: await Tokenizer.load(folder.path, folder.eosTokenIds), warnings };
}

/** Starts the process that a policy will be opened in: it loads its files while the engine reads a model's. */
export function startCompute(
  cleanUp: CleanUp,
  { signal, memoryLimit, microBatchAt }: Pick<EngineContext, 'signal' | 'memoryLimit' | 'microBatchAt'>,
): ComputeClient {
  // A signal that was aborted meanwhile tells no listener.
  signal.throwIfAborted();
  const compute = new ComputeClient({
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    ...(microBatchAt === undefined ? {} : { microBatchAt }),
  });
  const stop = (): void => compute.kill();
  signal.addEventListener('abort', stop, { once: true });
  cleanUp.add(stop);
  cleanUp.add(() => signal.removeEventListener('abort', stop));
  return compute;
}

export interface PolicyOptions {
  /** Absolute; paths in the experiment are relative to its folder. */
  readonly experimentPath: string;
  readonly compute: Compute;
  readonly model: OpenedModel;
  /** Folder of a saved policy to continue from. */
  readonly state: string | null;
  /** Opened meanwhile: what it warns of is said first, and room is asked for when it is there. */
  readonly rewards?: Promise<unknown>;
  /** Told what the model takes and how long its prompts are, before room is asked for and weights are read; throws where that is too much. */
  readonly requireFit?: ((facts: MemoryFacts) => void) | undefined;
}

/** @throws UserError for whatever of it cannot be used; what `rewards` rejects with */
export async function openPolicy(
  experiment: Experiment,
  { experimentPath, compute, model, state, rewards, requireFit }: PolicyOptions,
  { emit, signal, awaitRoom }: Pick<EngineContext, 'emit' | 'signal' | 'awaitRoom'>,
): Promise<OpenedPolicy> {
  const { folder, tokenizer } = model;
  const baseDir = dirname(experimentPath);
  const architecture = architectureOf(folder.config);
  const { contextLength } = architecture;
  const opening = openProblems(experiment, {
    ...{ baseDir, signal, tokenizer, contextLength },
    renderChat: (messages) => renderChat(tokenizer, messages),
  });
  // Told where it is waited for.
  opening.catch(() => {});
  if (requireFit)
    requireFit({ model, policy: { contextLength, cache: cacheFacts(architecture) }, problems: await opening });
  // The cores of a cluster are not this machine's.
  if (awaitRoom && experiment.device !== RAY) {
    // Nobody waits for room to be told that a dataset is wrong.
    await opening;
    // Its answer shows that the process has loaded its files, which may be gone when the wait is over.
    await compute.request({ kind: 'inspect', providers: [] });
    await rewards;
    await awaitRoom(experiment.threads);
  }
  const lora = experiment.full ? null : (experiment.lora ?? null);
  const from = lora?.from === undefined ? null : resolve(baseDir, lora.from);
  const loading = compute.request({
    kind: 'load',
    model: folder.path,
    lora: lora && from !== null ? { ...lora, from } : lora,
    rolloutWeights: experiment.rollout.weights,
    state,
    seed: experiment.seed,
    device: computeDevice(experiment),
    threads: experiment.threads,
  });
  const [policy, hash, problems] = await Promise.all([loading, startHash(folder, from), opening, rewards]);
  const onWarning = (message: string): void => emit({ event: 'warning', message });
  [...model.warnings, ...policy.warnings].forEach(onWarning);
  problems.warnings.forEach(onWarning);
  return { compute, policy, problems, model, modelHash: hash };
}

/** The problems of an experiment as a model reads them. @throws UserError for whatever is wrong in the data */
export function openProblems(
  experiment: Experiment,
  {
    tokenizer,
    ...of
  }: Pick<ProblemDependencies, 'baseDir' | 'renderChat' | 'contextLength'> & {
    readonly signal: AbortSignal;
    readonly tokenizer: Tokenizer;
  },
): Promise<Problems> {
  const shared = new SharedPrefixTokenizer(tokenizer);
  return loadProblems(tasksOf(experiment), {
    ...of,
    seed: experiment.seed,
    encode: (text, options) => shared.encode(text, options),
    // Where nothing scores, nothing is sampled.
    maxCompletionLength: experiment.rewards.length === 0 ? 0 : experiment.rollout.maxCompletionLength,
  });
}

/** Identifies what training starts from: the model, and the adapter that it continues. */
export async function startHash(folder: ModelFolder, adapter: string | null): Promise<string> {
  const model = await modelHash(folder);
  if (adapter === null) return model;
  const adapterHash = await hashFiles(adapter, [ADAPTER_CONFIG_FILE, ADAPTER_WEIGHTS_FILE]);
  return createHash('sha256').update(`${model} ${adapterHash}`).digest('hex');
}
