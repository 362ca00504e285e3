/** `rlvr replay`: computes a training step again, and says whether it comes out as recorded. */
import { resolve } from 'node:path';
import { planSentence, progressWords } from '../analysis/replayWords.ts';
import { UsageError } from '../protocol/errors.ts';
import type { Replay, ReplayProgress } from '../protocol/replay.ts';
import type { RunTasks } from '../protocol/tasks.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { printJson } from './json.ts';
import { chosenProblems, type ProblemOptions } from './problemOption.ts';
import { terminalLimits } from './limits.ts';
import { LiveRegion } from './progress/liveRegion.ts';
import { replayJson } from './replay/json.ts';
import { replayLines, tokenLines } from './replay/lines.ts';
import { isInteractive, printable, truncate } from './text.ts';

export const replay: Command = {
  name: 'replay',
  summary: 'Compute a training step again, and look at its tokens',
  usage: `rlvr replay <run folder> --step N [--task NAME] [--problem P] [--pass N] [--json]

  <run folder>   nothing is written into it; it may still be trained
  --step N       which training step
  --problem P    also the tokens of a problem's completions: log-probability before and after the step, ratio, clipped or not,
                 KL to the reference, and share of the loss. P is its row in the dataset file, from 0
  --task NAME    where the run has several tasks, the one whose row --problem is
  --pass N       of several passes over the step's completions, the one whose ratios are shown: the last unless given
  --json         one JSON object with all of it, every token included

The step is sampled and trained once more from the policy before it. Recorded rewards are used; none is asked for.
Exits with 1 where something comes out otherwise than recorded.`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, {
      options: {
        step: { type: 'string' },
        task: { type: 'string' },
        problem: { type: 'string' },
        pass: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      positionals: ['run folder'],
    });
    const step = wholeNumber(values.step, '--step');
    if (step === null) throw new UsageError('Say which step: --step N.');
    const problem = wholeNumber(values.problem, '--problem');
    const pass = wholeNumber(values.pass, '--pass');
    const runDir = resolve(io.cwd, positionals[0]);
    if (values.task !== undefined && problem === null)
      throw new UsageError('--task says of which task --problem is a row: give both, or neither.');
    const { manifest, isChosen } = await checkedRun(runDir, { task: values.task, problem, pass });
    const found = await replayed(runDir, step, io);
    if (found === null) return EXIT.stopped;
    if (values.json) printJson(io.stdout, { event: 'replay', ...replayJson(found, manifest) });
    else {
      const width = io.stdout.columns ?? Infinity;
      const lines = replayLines(found, manifest, width);
      if (problem !== null)
        lines.push(...tokenLines(found, manifest, { isChosen, pass: (pass ?? found.passes) - 1, width }));
      for (const line of lines) io.stdout.write(`${line}\n`);
    }
    return found.checks.every(({ differing }) => differing === 0) ? EXIT.done : EXIT.failed;
  },
};

interface CheckedRun {
  readonly manifest: RunTasks;
  /** Whether the tokens of a problem are asked for. */
  readonly isChosen: (problem: number) => boolean;
}

/** Before the step is computed, which may take long. @throws UserError for a pass or a task that the run has not, saying what it has */
async function checkedRun(
  runDir: string,
  { pass, ...options }: ProblemOptions & { readonly pass: number | null },
): Promise<CheckedRun> {
  const { RunReader } = await import('../run/reader.ts');
  const reader = RunReader.open(runDir);
  try {
    const { iterations } = reader.experiment().training;
    if (pass !== null && (pass < 1 || pass > iterations))
      throw new UsageError(`A step of this run has passes 1 to ${iterations}, and no pass ${pass}.`);
    return { manifest: reader.manifest, isChosen: chosenProblems(reader.manifest, options) };
  } finally {
    reader.close();
  }
}

/** Where a terminal does not say how wide it is. */
const DEFAULT_COLUMNS = 80;

/** null where it was stopped. */
async function replayed(runDir: string, step: number, io: CommandIO): Promise<Replay | null> {
  const { replayStep } = await import('../trainer/replay/replayStep.ts');
  const live = isInteractive(io.stderr, io.env) ? new LiveRegion(io.stderr) : null;
  const say = (line: string): unknown => (live ? live.print([line]) : io.stderr.write(`${line}\n`));
  let planned = false;
  const onProgress = (progress: ReplayProgress): void => {
    if (!planned) say(planSentence(progress));
    planned = true;
    // One cell is left free: a full line makes some terminals wrap.
    live?.draw([truncate(progressWords(progress), (io.stderr.columns ?? DEFAULT_COLUMNS) - 1)]);
  };
  const onWarning = (message: string): void => void say(printable(message));
  try {
    return await replayStep({ runDir, step }, { onProgress, onWarning, signal: io.signal, ...terminalLimits(io) });
  } catch (error) {
    // What is cut off breaks with some error or other, and leaves nothing half done.
    if (io.signal.aborted) return null;
    throw error;
  } finally {
    live?.clear();
  }
}

function wholeNumber(text: string | undefined, option: string): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`${option} takes a whole number, not "${text}".`);
  return Number(text);
}
