/** Evaluates a model behind an OpenAI-compatible API on an experiment's problems, and keeps the result as a run. */
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { MeasuredPolicy } from '../../analysis/compare/policies.ts';
import type { Problem } from '../../data/problems.ts';
import { UserError } from '../../protocol/errors.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import type { Metrics } from '../../protocol/metrics.ts';
import type { PolicyServer, ServerForm, TokenPrices } from '../../protocol/policyServer.ts';
import { judgeEndpoints } from '../../reward/services/judge.ts';
import { JUDGE_FILE, serverAnswersFile, serverLockFile } from '../../run/layout.ts';
import { takeFileLock, type FileLock } from '../../run/lock.ts';
import { createRunId } from '../../run/runId.ts';
import { makeRunsFolder } from '../../run/runsFolder.ts';
import { RunWriter } from '../../run/writer.ts';
import { experimentName } from '../../words/naming.ts';
import { CleanUp } from '../cleanUp.ts';
import type { EngineContext } from '../engineContext.ts';
import type { Evaluation } from '../evaluate.ts';
import { isHeldOut, measured, told, type Part } from '../evaluatePath.ts';
import { openScoring, type OpenedScoring } from '../open.ts';
import type { OpenedPolicy } from '../openPolicy.ts';
import { describeRun, rewardFiles } from '../provenance.ts';
import { completionRecords, problemRecords } from '../scoring.ts';
import { KeptAnswers } from './keptAnswers.ts';
import { ServerClient, type Asking } from './serverClient.ts';
import { openQuestions, type ServerQuestions } from './serverQuestions.ts';
import { questionOf, samplingOf, serverSampler, type Usage } from './serverSampler.ts';
import { openSubject, requireAsInRun, type ServerSubject } from './serverSubject.ts';
import { TERMINAL } from './serverUser.ts';

export interface EvaluateServerOptions extends Asking {
  /** An experiment file, or the folder of a run that has been trained with one. */
  readonly path: string;
  readonly baseUrl: string;
  /** As the server calls it. */
  readonly model: string;
  /** A conversation where the problem is one, else a text, unless given. */
  readonly form?: ServerForm | undefined;
  readonly prices: TokenPrices | null;
  readonly split: Part;
  readonly problems?: number;
  readonly overrides: readonly string[];
  /** Where the run goes; a sample, and what was trained on, is not kept. */
  readonly runsDir: string;
}

export interface EvaluatedServer {
  readonly policy: MeasuredPolicy;
  readonly server: PolicyServer;
  readonly usage: Readonly<Usage>;
  /** null without prices. */
  readonly cost: number | null;
  /** null where it was not kept. */
  readonly runDir: string | null;
}

/** What an evaluation would ask, before anything is sent but the question for the server's models. */
export interface ServerPlan {
  readonly problems: number;
  readonly samples: number;
  readonly form: ServerForm;
  /** Tokens of all requests, as the experiment's tokenizer counts them; those of completions at most. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Answers that an earlier call left, which are not asked for again. */
  readonly known: number;
  /** Addresses of judges that rewards may ask about the answers. */
  readonly judges: readonly string[];
}

export type PlanContext = Pick<EngineContext, 'signal' | 'temporary'>;

/** @throws UserError where the server cannot be used, or the experiment */
export async function planServer(options: EvaluateServerOptions, context: PlanContext): Promise<ServerPlan> {
  const client = new ServerClient(options.baseUrl, options);
  const subject = await openSubject(options.path, options.overrides);
  await client.describe(options.model, context.signal);
  const { experiment } = subject;
  const { samples } = experiment.evaluation;
  const cleanUp = new CleanUp();
  try {
    const quiet = { ...context, emit: () => undefined };
    const { scorer } = await openScoring(subject.opened, subject.experimentPath, cleanUp, quiet);
    const questions = await openQuestions(subject, options, context.signal);
    const { part, form, problems } = questions;
    requireAsInRun(subject, problems, scorer);
    return {
      ...{ problems: part.length, samples, form },
      promptTokens: samples * part.reduce((sum, { tokens }) => sum + tokens.length, 0),
      completionTokens: samples * part.length * experiment.rollout.maxCompletionLength,
      known: countKnown(client, openAnswers(client, options), options.model, experiment, questions),
      judges: judgeEndpoints(experiment.rewards),
    };
  } finally {
    await cleanUp.close();
  }
}

/** How many of the answers that an earlier call left are answers to what is asked. */
function countKnown(
  client: ServerClient,
  answers: KeptAnswers,
  model: string,
  { evaluation, rollout, seed }: Experiment,
  { part, ask }: ServerQuestions,
): number {
  const sampling = samplingOf({ ...rollout, sampling: evaluation.sampling });
  const isKnown = (problem: Problem, sample: number): boolean =>
    client.isKnown(questionOf({ model, ask, seed }, problem, sample, sampling), answers);
  const samples = Array.from({ length: evaluation.samples }, (_, sample) => sample);
  return part.reduce((sum, problem) => sum + samples.filter((sample) => isKnown(problem, sample)).length, 0);
}

/**
 * A run's answers are kept beside the runs until it is made; a call that did not come so far is gone on with by the next.
 * @throws UserError where the server cannot be used, or the experiment
 */
export async function evaluateServer(options: EvaluateServerOptions, context: EngineContext): Promise<EvaluatedServer> {
  const client = new ServerClient(options.baseUrl, options);
  const isKept = options.problems === undefined && options.split !== 'train';
  // Before the first request: where nothing can be kept, nothing is paid for.
  const answers = isKept ? openAnswers(client, options) : null;
  const lock = answers === null ? null : lockAnswers(client, options);
  try {
    const evaluated = await askProblems(client, answers, options, context);
    answers?.remove();
    return evaluated;
  } catch (error) {
    if (answers === null || answers.count === 0 || !(error instanceof UserError)) throw error;
    throw new UserError(`${error.message}\nThe answers so far are kept: evaluate the same again to go on after them.`, {
      cause: error,
    });
  } finally {
    lock?.release();
  }
}

/** @throws UserError where nothing can be written beside the runs */
function openAnswers(client: ServerClient, options: EvaluateServerOptions): KeptAnswers {
  const { folderAdvice } = options.user ?? TERMINAL;
  const runsDir = resolve(options.runsDir);
  makeRunsFolder(runsDir, folderAdvice);
  return new KeptAnswers(join(runsDir, serverAnswersFile(askedHash(client, options))), folderAdvice);
}

/** @throws UserError where the same is being evaluated: each would pay for all answers, and remove those of the other */
function lockAnswers(client: ServerClient, options: EvaluateServerOptions): FileLock {
  const lock = takeFileLock(join(resolve(options.runsDir), serverLockFile(askedHash(client, options))), 0);
  if (lock === null)
    throw new UserError(
      `${options.model} at ${client.baseUrl} is being asked these problems already, here or in another window or terminal. Wait for it, or stop it.`,
    );
  return lock;
}

/** What identifies the answers of an evaluation. */
function askedHash({ baseUrl }: ServerClient, { path, model, split }: EvaluateServerOptions): string {
  return hashOf([baseUrl, model, resolve(path), split]).slice(0, 16);
}

async function askProblems(
  client: ServerClient,
  answers: KeptAnswers | null,
  options: EvaluateServerOptions,
  context: EngineContext,
): Promise<EvaluatedServer> {
  const { emit, signal } = context;
  const subject = await openSubject(options.path, options.overrides);
  const { experiment, experimentPath } = subject;
  // Before anything is loaded: a server that is not there is said at once.
  const says = await client.describe(options.model, signal);
  const cleanUp = new CleanUp();
  try {
    emit({ event: 'phase', step: 0, phase: 'load', done: 0, total: 1 });
    const scoring = await openScoring(subject.opened, experimentPath, cleanUp, context);
    const questions = await openQuestions(subject, options, signal);
    const { model, problems, part, form, ask } = questions;
    requireAsInRun(subject, problems, scoring.scorer);
    const known = answers === null ? 0 : countKnown(client, answers, options.model, experiment, questions);
    if (answers !== null && known > 0)
      emit({
        event: 'warning',
        message: `${known} answers are those of a call that did not finish. To ask everything anew, delete ${answers.file}.`,
      });
    for (const message of [...problems.warnings, ...serverWarnings(experiment)]) emit({ event: 'warning', message });
    const server: PolicyServer = { baseUrl: client.baseUrl, model: options.model, form, says };
    const usage: Usage = { input: 0, output: 0 };
    const sample = serverSampler(
      { ...{ client, model: options.model, ask, tokenizer: model.tokenizer }, seed: experiment.seed, answers, signal },
      new Map(part.map((problem) => [problem.problem, problem])),
      usage,
    );
    const evaluation = await measured(
      { ...context, ...scoring, problems, experiment, sample, writer: null },
      0,
      options,
    );
    const cost = options.prices && (usage.input * options.prices.input + usage.output * options.prices.output) / 1e6;
    const used = { ...scoring, model, problems };
    const result = { ...subject, server, evaluation, usage, cost };
    // Before it is kept, which may fail.
    const policy = told(evaluation, 0, context);
    const isKept = answers !== null && isHeldOut(evaluation);
    const runDir = isKept ? await keep({ ...result, evaluation }, used, options.runsDir) : null;
    return { policy, server, usage, cost, runDir };
  } finally {
    await cleanUp.close();
  }
}

function serverWarnings({ rollout }: Experiment): string[] {
  return rollout.stopTokens.length === 0
    ? []
    : ['rollout.stopTokens are ids of the experiment’s own model and are not sent to the server; rollout.stop is.'];
}

interface Result extends ServerSubject {
  readonly server: PolicyServer;
  readonly evaluation: Evaluation;
  readonly usage: Usage;
  readonly cost: number | null;
}

/** A run like any other, whose one step is the evaluation of a policy that nobody trained. */
async function keep(
  { experiment, opened, experimentPath, server, evaluation, usage, cost }: Result,
  used: OpenedScoring & Pick<OpenedPolicy, 'model' | 'problems'>,
  runsDir: string,
): Promise<string> {
  const id = createRunId();
  const { model, baseUrl } = server;
  const modelHash = hashOf([baseUrl, model]);
  const { manifest, files } = await describeRun(id, experiment, experimentPath, {
    ...used,
    model: { ...used.model, revision: null },
    modelHash,
    policy: { provider: new URL(baseUrl).host, weightLevels: null },
  });
  const name = `${experiment.name ?? experimentName(experimentPath)}: ${model} at ${new URL(baseUrl).host}`;
  const described = { ...manifest, name, modelPath: `${baseUrl} ${model}`, policyServer: server };
  const writer = RunWriter.create(join(resolve(runsDir), id), described, experiment, {
    ...files,
    ...rewardFiles(experiment, experimentPath, used.scorer, opened),
  });
  try {
    await used.judgeReplies.keepIn(join(writer.dir, JUDGE_FILE));
    const costs: Metrics = {
      'server/prompt_tokens': usage.input,
      'server/completion_tokens': usage.output,
      ...(cost === null ? {} : { 'server/cost': cost }),
    };
    writer.writeStep({
      step: 0,
      metrics: { ...evaluation.metrics, ...costs },
      problems: problemRecords(evaluation.groups),
      completions: completionRecords(evaluation.groups, 'evaluation', null),
      evaluation: evaluation.summary,
      state: null,
    });
    writer.setStatus('finished');
    return writer.dir;
  } finally {
    writer.close();
  }
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
