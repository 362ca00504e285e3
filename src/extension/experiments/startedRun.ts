/** A run that a task waits for: what it tells while it works, and how it ends. */
import { basename } from 'node:path';
import type { EngineEvent } from '../../engine/protocol/events.ts';
import { Emitter, type Event } from '../common/event.ts';
import type { RunData } from '../data/runData.ts';
import type { EngineEnd, EngineHandle } from '../engine/engineHandle.ts';

/** Exit codes of the command line, which a task ends with too. */
const EXIT = { finished: 0, failed: 1, stopped: 130 } as const satisfies Record<EngineEnd['outcome'], number>;

export interface RunEnd {
  readonly exitCode: number;
  /** Sentences to end with. */
  readonly lines: readonly string[];
}

export interface StartedRun {
  readonly onEvent: Event<EngineEvent>;
  /** Never rejects; nothing is told after it has resolved. */
  readonly ended: Promise<RunEnd>;
  stop(): void;
}

type FollowedHandle = Pick<
  EngineHandle,
  'runDir' | 'phase' | 'lastStep' | 'warnings' | 'onDidChange' | 'ended' | 'stop'
>;

/**
 * Follows an engine that has just been started.
 * @param data where evaluations are read, for they are in the run's folder
 * @param steps how many the experiment asks for
 */
export function followEngine(handle: FollowedHandle, data: Pick<RunData, 'call'>, steps: number): StartedRun {
  return new FollowedEngine(handle, data, steps);
}

class FollowedEngine implements StartedRun {
  readonly ended: Promise<RunEnd>;
  readonly #handle: FollowedHandle;
  readonly #data: Pick<RunData, 'call'>;
  readonly #steps: number;
  readonly #events = new Emitter<EngineEvent>();
  readonly onEvent = this.#events.event;
  #started = false;
  #phase: FollowedHandle['phase'] = null;
  #lastStep = 0;
  #warnings = 0;
  #evaluations = 0;
  /** What is read of the run's folder, one after the other. */
  #reading: Promise<void> = Promise.resolve();

  constructor(handle: FollowedHandle, data: Pick<RunData, 'call'>, steps: number) {
    this.#handle = handle;
    this.#data = data;
    this.#steps = steps;
    const listener = handle.onDidChange(() => this.#look());
    this.ended = handle.ended.then(async (end) => {
      listener.dispose();
      this.#look();
      this.#readEvaluations();
      await this.#reading;
      return { exitCode: EXIT[end.outcome], lines: await this.#endLines(end) };
    });
  }

  stop(): void {
    void this.#handle.stop();
  }

  #look(): void {
    const { runDir, phase, lastStep, warnings } = this.#handle;
    if (runDir !== null && !this.#started) {
      this.#started = true;
      this.#events.fire({ event: 'started', runDir, id: basename(runDir), steps: this.#steps });
    }
    for (const message of warnings.slice(this.#warnings)) this.#events.fire({ event: 'warning', message });
    this.#warnings = warnings.length;
    if (lastStep !== null && lastStep.step > this.#lastStep) {
      this.#lastStep = lastStep.step;
      this.#events.fire({ event: 'step', ...lastStep });
    }
    const evaluated = this.#phase?.phase === 'eval' && phase?.phase !== 'eval';
    this.#phase = phase;
    if (phase !== null) this.#events.fire(phase);
    if (evaluated) this.#readEvaluations();
  }

  #readEvaluations(): void {
    const dir = this.#handle.runDir;
    if (dir === null) return;
    this.#reading = this.#reading.then(async () => {
      // A run that cannot be read is told of by its end.
      const all = await this.#data.call('evaluations', { dir }).catch(() => []);
      for (const evaluation of all.slice(this.#evaluations)) this.#events.fire({ event: 'eval', ...evaluation });
      this.#evaluations = Math.max(this.#evaluations, all.length);
    });
  }

  async #endLines({ outcome, message, resumable }: EngineEnd): Promise<string[]> {
    const dir = this.#handle.runDir;
    const run = dir === null ? [] : [`Run  ${dir}`];
    const resumes = resumable ? ['It resumes from its last complete step: the Runs view, Resume.'] : [];
    switch (outcome) {
      case 'finished': {
        const words = dir === null ? [] : await this.#data.call('dashboardOutcome', { dir }).catch(() => []);
        return [...words, ...run];
      }
      case 'stopped':
        return [this.#lastStep === 0 ? 'Stopped before the first step was done.' : 'Stopped.', ...resumes, ...run];
      case 'failed':
        return [message ?? 'The engine failed.', ...resumes, ...run];
    }
  }
}
