/** Follows a training run from its first event to its exit code: progress while it works, and at its end what to know and to do. */
import type { EngineEvent } from '../protocol/events.ts';
import type { EngineContext, Outcome } from '../trainer/engine.ts';
import { commandLine, shownPath } from './advice.ts';
import { EXIT, type CommandIO } from './command.ts';
import { createProgress } from './progress.ts';
import { outcomeSentences, stoppedSentence } from './progress/summary.ts';

export interface FollowOptions {
  readonly json: boolean;
  /** What is trained, for the first line. */
  readonly title: string;
}

/** What was seen of a run, for the words at its end. */
interface Seen {
  readonly started: Extract<EngineEvent, { event: 'started' }> | null;
  readonly last: Extract<EngineEvent, { event: 'done' | 'stopped' }> | null;
  readonly steps: number;
}

export async function followRun(
  io: CommandIO,
  { json, title }: FollowOptions,
  work: (context: EngineContext) => Promise<Outcome>,
): Promise<number> {
  const progress = createProgress({ io, json, title });
  let seen: Seen = { started: null, last: null, steps: 0 };
  const emit = (event: EngineEvent): void => {
    seen = see(seen, event);
    progress.emit(event);
  };
  try {
    const outcome = await work({ emit, signal: io.signal });
    progress.finish();
    if (!json) for (const line of endLines(seen, io)) io.stdout.write(`${line}\n`);
    return outcome === 'finished' ? EXIT.done : EXIT.stopped;
  } catch (error) {
    progress.finish();
    // While everything is opened there is no run yet, and what is stopped then breaks off with some error or other.
    if (io.signal.aborted && seen.started === null) {
      io.stderr.write('Stopped before the run began; there is nothing to resume.\n');
      return EXIT.stopped;
    }
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
    case 'step':
      return { ...seen, steps: seen.steps + 1 };
    case 'done':
    case 'stopped':
      return { ...seen, last: event };
    case 'phase':
    case 'eval':
    case 'warning':
      return seen;
  }
}

function endLines({ started, last, steps }: Seen, io: CommandIO): string[] {
  if (last === null) return [];
  const folder = shownPath(last.runDir, io.cwd);
  if (last.event === 'stopped') {
    return [
      '',
      stoppedSentence(last.step, started?.steps ?? null),
      '',
      ...table([
        ['Run folder', folder],
        ['Continue', commandLine(['train', '--resume', folder], io)],
      ]),
    ];
  }
  const before = steps === 0 ? [`This run was finished already, with ${last.steps} steps.`] : [];
  return [
    '',
    ...before,
    ...outcomeSentences(last),
    '',
    ...table([
      ['Run folder', folder],
      [
        'Look closer',
        commandLine(['export', folder, '--metrics', 'metrics.csv', '--completions', 'completions.jsonl'], io),
      ],
      ['All runs', commandLine(['runs'], io)],
    ]),
  ];
}

function table(rows: readonly (readonly [label: string, value: string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
}
