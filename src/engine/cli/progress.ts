/**
 * Shows what the engine does while it works: a live block on a terminal, plain lines in a log, or with `--json` the events
 * themselves, one object per line.
 */
import type { EngineEvent } from '../protocol/events.ts';
import type { CommandIO } from './command.ts';
import { printJson } from './json.ts';
import { LiveRegion } from './progress/liveRegion.ts';
import { liveBlock, permanentLines, type Line } from './progress/lines.ts';
import { PlainLog } from './progress/plainLog.ts';
import { advance, initialState, type ProgressState } from './progress/state.ts';
import { isInteractive, renderLine, usesColor } from './text.ts';

/** Where a terminal does not say how wide it is. */
const DEFAULT_COLUMNS = 80;
/** Faster changes than this are not seen. */
const REDRAW_MS = 100;
/** The time left counts down between events. */
const TICK_MS = 1000;

export interface Clock {
  /** Milliseconds that only go forward. */
  now(): number;
  /** Calls back every so many milliseconds until the function it returns is called. */
  every(milliseconds: number, callback: () => void): () => void;
}

const systemClock: Clock = {
  now: () => performance.now(),
  every: (milliseconds, callback) => {
    // The display never is what keeps the process alive.
    const timer = setInterval(callback, milliseconds).unref();
    return () => clearInterval(timer);
  },
};

export interface Progress {
  emit(event: EngineEvent): void;
  /** Takes the live block from the screen and stops the clock; to be called whatever happens, before anything else is printed. */
  finish(): void;
}

export interface ProgressOptions {
  readonly io: Pick<CommandIO, 'stdout' | 'env'>;
  readonly json: boolean;
  /** What is worked on: the experiment's name. */
  readonly title: string;
  /** What tells it from what is worked on at the same time. */
  readonly run?: string;
  readonly clock?: Clock;
}

export function createProgress({ io, json, title, run, clock = systemClock }: ProgressOptions): Progress {
  if (json) {
    // Phases are for the eye; scripts get what happened.
    const emit = (event: EngineEvent): void => {
      if (event.event !== 'phase') printJson(io.stdout, jsonEvent(event, run));
    };
    return { emit, finish: () => {} };
  }
  return isInteractive(io.stdout, io.env) ? new LiveProgress(io, title, clock) : new LogProgress(io, title, clock);
}

/** The metrics of a step stand in its object, not below a key of their own: `event` and `step` are no metric's name. */
function jsonEvent(event: EngineEvent, run: string | undefined): object {
  const { event: name, ...others } = event;
  const flat = event.event === 'step' ? { step: event.step, ...event.metrics } : others;
  return { event: name, ...(run === undefined ? {} : { run }), ...flat };
}

class LiveProgress implements Progress {
  readonly #io: Pick<CommandIO, 'stdout' | 'env'>;
  readonly #title: string;
  readonly #clock: Clock;
  readonly #region: LiveRegion;
  readonly #stopTicking: () => void;
  #state: ProgressState = initialState;
  #drawnAt = -Infinity;
  #finished = false;

  constructor(io: Pick<CommandIO, 'stdout' | 'env'>, title: string, clock: Clock) {
    this.#io = io;
    this.#title = title;
    this.#clock = clock;
    this.#region = new LiveRegion(io.stdout);
    this.#stopTicking = clock.every(TICK_MS, () => this.#draw());
  }

  emit(event: EngineEvent): void {
    if (this.#finished) return;
    this.#state = advance(this.#state, event, this.#clock.now());
    const permanent = permanentLines(event, this.#title);
    if (permanent.length > 0) this.#region.print(permanent.map((line) => this.#render(line, Infinity)));
    if (permanent.length > 0 || this.#clock.now() - this.#drawnAt >= REDRAW_MS) this.#draw();
  }

  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#stopTicking();
    this.#region.clear();
  }

  #draw(): void {
    this.#drawnAt = this.#clock.now();
    // One cell is left free: a full line makes some terminals wrap.
    const width = Math.max(1, (this.#io.stdout.columns ?? DEFAULT_COLUMNS) - 1);
    const lines = liveBlock(this.#state, this.#drawnAt, width);
    this.#region.draw(lines.map((line) => this.#render(line, width)));
  }

  #render(line: Line, width: number): string {
    return renderLine(line, width, usesColor(this.#io.stdout, this.#io.env));
  }
}

class LogProgress implements Progress {
  readonly #io: Pick<CommandIO, 'stdout'>;
  readonly #clock: Clock;
  readonly #log: PlainLog;

  constructor(io: Pick<CommandIO, 'stdout'>, title: string, clock: Clock) {
    this.#io = io;
    this.#clock = clock;
    this.#log = new PlainLog(title);
  }

  emit(event: EngineEvent): void {
    for (const line of this.#log.linesOf(event, this.#clock.now())) this.#io.stdout.write(`${line}\n`);
  }

  finish(): void {}
}
