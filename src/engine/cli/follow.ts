/** Follows a training run from its first event to its exit code: progress while it works, and at its end what to know and to do. */
import type { EngineEvent } from '../protocol/events.ts';
import type { EngineContext, Outcome } from '../trainer/engineContext.ts';
import { commandLine, shownPath } from './advice.ts';
import { EXIT, type CommandIO } from './command.ts';
import { plural } from '../words/format.ts';
import { terminalLimits } from './limits.ts';
import { createProgress } from './progress.ts';
import { outcomeSentences, stoppedSentence } from '../analysis/outcome.ts';
import { wrap } from './text.ts';

export interface FollowOptions {
  readonly json: boolean;
  /** What is trained, for the first line. */
  readonly title: string;
  /** What tells it from others that are trained at the same time; in every object of `--json`. */
  readonly run?: string;
}

/** What was seen of a run, for the words at its end. */
interface Seen {
  readonly started: Extract<EngineEvent, { event: 'started' }> | null;
  readonly last: Extract<EngineEvent, { event: 'done' | 'stopped' }> | null;
}

export async function followRun(
  io: CommandIO,
  { json, title, run }: FollowOptions,
  work: (context: EngineContext) => Promise<Outcome>,
): Promise<number> {
  const progress = createProgress({ io, json, title, ...(run === undefined ? {} : { run }) });
  let seen: Seen = { started: null, last: null };
  const emit = (event: EngineEvent): void => {
    seen = see(seen, event);
    progress.emit(event);
  };
  try {
    const outcome = io.signal.aborted ? 'stopped' : await work({ emit, signal: io.signal, ...terminalLimits(io) });
    progress.finish();
    // While everything is opened there is no new run yet, and a resumed one is left as it was.
    if (outcome === 'stopped' && seen.started === null)
      io.stderr.write('Stopped while loading; nothing was changed.\n');
    if (!json) for (const line of endLines(seen, io)) io.stdout.write(`${line}\n`);
    return outcome === 'finished' ? EXIT.done : EXIT.stopped;
  } catch (error) {
    progress.finish();
    if (seen.started !== null) {
      const resume = commandLine(['train', '--resume', shownPath(seen.started.runDir, io.cwd)], io);
      io.stderr.write(
        `The run failed; its steps so far are kept. To continue, once the cause below is mended: ${resume}\n`,
      );
    }
    throw error;
  }
}

function see(seen: Seen, event: EngineEvent): Seen {
  switch (event.event) {
    case 'started':
      return { ...seen, started: event };
    case 'done':
    case 'stopped':
      return { ...seen, last: event };
    case 'step':
    case 'phase':
    case 'eval':
    case 'warning':
    case 'rewards':
    case 'stoppedEarly':
      return seen;
  }
}

/** Sentences, then what to look at and to type. */
function endLines({ started, last }: Seen, io: CommandIO): string[] {
  if (last === null) return [];
  const folder = shownPath(last.runDir, io.cwd);
  const stopped = last.event === 'stopped';
  const sentences = stopped ? [stoppedSentence(last, started?.steps ?? null)] : outcomeSentences(last);
  if (!stopped && started?.finished === true)
    sentences.unshift(`This run was finished already, with ${plural(last.steps, 'step')}.`);
  if (sentences.length === 0)
    sentences.push(
      `Finished ${plural(last.event === 'done' ? last.steps : last.step, 'step')}; nothing was evaluated.`,
    );
  const next = stopped
    ? [`Resume  ${commandLine(['train', '--resume', folder], io)}`]
    : [
        `Export  ${commandLine(['export', folder, '--metrics', 'metrics.csv'], io)}`,
        `List    ${commandLine(['runs'], io)}`,
      ];
  const width = io.stdout.columns ?? Infinity;
  return ['', ...sentences.flatMap((sentence) => wrap(sentence, width)), '', `Run     ${folder}`, ...next];
}
