/** `rlvr eval`: measures a policy on held-out problems, before training (an experiment) or after (a run). */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { measureSentences } from '../analysis/lenient/lenientWords.ts';
import { accuracySentence, changeSentences as sentencesOfChange } from '../analysis/outcome.ts';
import { taskAccuracies } from '../analysis/taskWords.ts';
import { UsageError } from '../protocol/errors.ts';
import type { EngineEvent, MeasuredSummary } from '../protocol/events.ts';
import { parsePolicyNames } from '../protocol/policyName.ts';
import { DATABASE_FILE } from '../run/layout.ts';
import { experimentName } from '../words/naming.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import type { EvaluatedPolicies, EvaluateOptions } from '../trainer/evaluatePath.ts';
import { chosenSentences, policyLines, printChanges } from './evaluatedPolicies.ts';
import { evaluateOnServer, serverOptions } from './evaluatedServer.ts';
import { terminalLimits } from './limits.ts';
import { createProgress } from './progress.ts';

const SPLITS = ['validation', 'test', 'train'] as const;

export const evaluate: Command = {
  name: 'eval',
  summary: 'Measure the accuracy of an experiment or a run on held-out problems',
  usage: `rlvr eval <experiment | run folder> [--checkpoint LIST] [--split validation|test|train] [--problems N]
  [--set path=value]... [--json]
       rlvr eval <experiment | run folder> --policy URL --policy-model NAME
  [--policy-form completions|chat] [--policy-prices IN,OUT] [--policy-requests N]
  [--split validation|test|train] [--problems N] [--runs DIR] [--set path=value]... [--json]

  <experiment>        an experiment file: its model as it is, before training
  <run folder>        a run: its policy after the last step, or those of --checkpoint
  --checkpoint LIST   which of a run's policies: steps, 0 for that before training, "best" (the highest held-out accuracy) and "last",
                      with commas between them, or "all" that it has kept. Several are compared with the first, problem by problem
  --split SPLIT       which problems: validation (the default), test, or train. What was trained on is not written into the run
  --problems N        so many of them, the same ones each time; a sample is not written into the run
  --set path=value    sets a value of the experiment; may be repeated. What is measured so is not written into the run
  --policy URL        a server with an OpenAI-compatible API in the place of the model, such as http://localhost:8000/v1. The problems go
                      to it, and where rewards ask a judge also there; its key is read from the variable RLVR_POLICY_KEY. The result is a run
  --policy-model NAME which of the server's models
  --policy-form FORM  chat: answers a conversation (the default where the prompt is one); completions: continues the prompt's text
  --policy-prices X,Y what a million tokens of prompts and of completions cost
  --policy-requests N how many requests go on at a time (8 unless given; 1 for a server that works one after another)
  --runs DIR          where that run goes (.rlvr/runs unless given)
  --json              one JSON object per event and line`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, {
      options: {
        split: { type: 'string', default: 'validation' },
        checkpoint: { type: 'string' },
        problems: { type: 'string' },
        set: { type: 'string', multiple: true },
        policy: { type: 'string' },
        'policy-model': { type: 'string' },
        'policy-form': { type: 'string' },
        'policy-prices': { type: 'string' },
        'policy-requests': { type: 'string' },
        runs: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      positionals: ['experiment file or run folder'],
    });
    const path = resolve(io.cwd, positionals[0]);
    const split = SPLITS.find((known) => known === values.split);
    if (split === undefined) throw new UsageError(`--split must be validation, test or train, not "${values.split}".`);
    const checkpoints = values.checkpoint === undefined ? undefined : parsePolicyNames(values.checkpoint);
    if (checkpoints === null)
      throw new UsageError(
        `--checkpoint must be steps, best and last, such as "50,100,best", or all, not "${values.checkpoint}".`,
      );
    const asked = {
      ...{ path, split, overrides: values.set ?? [] },
      ...(values.problems === undefined ? {} : { problems: problemsOf(values.problems) }),
    };
    const server = serverOptions(values, io.cwd);
    if (server === null)
      return runEvaluation(io, { ...asked, ...(checkpoints === undefined ? {} : { checkpoints }) }, values.json);
    if (checkpoints !== undefined) throw new UsageError('--checkpoint does not go with --policy: a server has none.');
    return evaluateOnServer(io, { ...asked, ...server }, values.json);
  },
};

function problemsOf(text: string): number {
  const problems = Number(text);
  if (!/^\d+$/.test(text) || problems === 0)
    throw new UsageError(`--problems must be a number of problems, not "${text}".`);
  return problems;
}

async function runEvaluation(io: CommandIO, options: EvaluateOptions, json: boolean): Promise<number> {
  const { evaluatePolicies } = await import('../trainer/evaluatePath.ts');
  const progress = createProgress({ io, json, title: experimentName(options.path) });
  const emit = (event: EngineEvent): void => {
    // Said at the end.
    if (event.event !== 'eval' || json) progress.emit(event);
  };
  try {
    io.signal.throwIfAborted();
    const evaluated = await evaluatePolicies(options, { emit, signal: io.signal, ...terminalLimits(io) });
    progress.finish();
    if (json) printChanges(evaluated, io);
    else for (const line of await resultLines(evaluated, options, io)) io.stdout.write(`${line}\n`);
    return EXIT.done;
  } catch (error) {
    progress.finish();
    // What is cut off breaks with some error or other, and leaves nothing half done.
    if (io.signal.aborted) return EXIT.stopped;
    throw error;
  }
}

/** Sentences of one policy, a table of several. */
async function resultLines(
  evaluated: EvaluatedPolicies,
  options: EvaluateOptions,
  { stdout }: CommandIO,
): Promise<string[]> {
  const [only, ...others] = evaluated.policies;
  if (only === undefined) return [];
  if (others.length > 0) return policyLines(evaluated, stdout.columns ?? Infinity);
  const { summary } = only;
  return [
    accuracySentence(summary),
    ...taskAccuracies(summary),
    ...measureSentences(summary),
    ...(await changeSentences(summary, options)),
    ...chosenSentences(evaluated),
  ];
}

/** What became of the untrained policy, where the run has measured that on the same problems; empty for what is not in a run. */
async function changeSentences(
  { split, step }: MeasuredSummary,
  { path, overrides, problems }: EvaluateOptions,
): Promise<string[]> {
  if (overrides.length > 0 || problems !== undefined || split === 'train') return [];
  if (!existsSync(join(path, DATABASE_FILE))) return [];
  const [{ RunReader }, { outcomeOn }] = await Promise.all([
    import('../run/reader.ts'),
    import('../analysis/runOutcome.ts'),
  ]);
  const reader = RunReader.open(path);
  try {
    const outcome = outcomeOn(reader, split);
    return outcome.before === null || outcome.after?.step !== step ? [] : sentencesOfChange(outcome);
  } finally {
    reader.close();
  }
}
