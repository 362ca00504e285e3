/** `rlvr eval`: measures a policy on held-out problems, before training (an experiment) or after (a run). */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { measureSentences } from '../analysis/lenient/lenientWords.ts';
import { accuracySentence, outcomeSentences } from '../analysis/outcome.ts';
import { UsageError } from '../protocol/errors.ts';
import type { EngineEvent, EvaluationSummary } from '../protocol/events.ts';
import { DATABASE_FILE } from '../run/layout.ts';
import { experimentName } from '../words/naming.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { createProgress } from './progress.ts';

const SPLITS = ['test', 'validation'] as const;

export const evaluate: Command = {
  name: 'eval',
  summary: 'Measure the accuracy of an experiment or a run on held-out problems',
  usage: `rlvr eval <experiment | run folder> [--split test|validation] [--set path=value]... [--json]

  <experiment>        an experiment file: its model as it is, before training
  <run folder>        a run: its policy after the last step
  --split SPLIT       which problems: validation (the default), or test
  --set path=value    sets a value of the experiment; may be repeated. What is measured so is not written into the run
  --json              one JSON object per event and line`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, {
      options: {
        split: { type: 'string', default: 'validation' },
        set: { type: 'string', multiple: true },
        json: { type: 'boolean', default: false },
      },
      positionals: ['experiment file or run folder'],
    });
    const path = resolve(io.cwd, positionals[0]);
    const split = SPLITS.find((known) => known === values.split);
    if (split === undefined) throw new UsageError(`--split must be ${SPLITS.join(' or ')}, not "${values.split}".`);
    return runEvaluation(io, { path, split, overrides: values.set ?? [] }, values.json);
  },
};

interface EvalOptions {
  readonly path: string;
  readonly split: EvaluationSummary['split'];
  readonly overrides: readonly string[];
}

async function runEvaluation(io: CommandIO, options: EvalOptions, json: boolean): Promise<number> {
  const { evaluatePath } = await import('../trainer/engine.ts');
  const progress = createProgress({ io, json, title: experimentName(options.path) });
  const results: EvaluationSummary[] = [];
  const emit = (event: EngineEvent): void => {
    // Said in a sentence at the end.
    if (event.event === 'eval' && !json) results.push(event);
    else progress.emit(event);
  };
  try {
    const outcome = io.signal.aborted ? 'stopped' : await evaluatePath(options, { emit, signal: io.signal });
    progress.finish();
    for (const result of results)
      for (const sentence of [
        accuracySentence(result),
        ...measureSentences(result),
        ...(await changeSentences(result, options)),
      ])
        io.stdout.write(`${sentence}\n`);
    return outcome === 'finished' ? EXIT.done : EXIT.stopped;
  } catch (error) {
    progress.finish();
    // What is cut off breaks with some error or other, and leaves nothing half done.
    if (io.signal.aborted) return EXIT.stopped;
    throw error;
  }
}

/** What became of the untrained policy, where the run has measured that on the same problems; empty for what is not in a run. */
async function changeSentences(result: EvaluationSummary, { path, overrides }: EvalOptions): Promise<string[]> {
  if (overrides.length > 0 || !existsSync(join(path, DATABASE_FILE))) return [];
  const [{ RunReader }, { outcomeOn }] = await Promise.all([
    import('../run/reader.ts'),
    import('../analysis/runOutcome.ts'),
  ]);
  const reader = RunReader.open(path);
  try {
    const outcome = outcomeOn(reader, result.split);
    return outcome.before === null || outcome.after?.step !== result.step ? [] : outcomeSentences(outcome);
  } finally {
    reader.close();
  }
}
