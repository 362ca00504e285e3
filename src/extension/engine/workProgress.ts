/** What an engine has told of its work so far. */
import type { EngineEvent } from '../../engine/protocol/events.ts';
import type { Job } from '../../engine/protocol/link.ts';
import type { EngineEnd, PhaseEvent, StepSeen } from './engineHandle.ts';

/** A run that warns without end has said enough. */
const MAX_WARNINGS = 100;

export class WorkProgress {
  readonly #job: Job;
  runDir: string | null;
  /** The engine has told of work: that the run is written by another one is found out before. */
  worked = false;
  phase: PhaseEvent | null = null;
  lastStep: StepSeen | null = null;
  readonly warnings: string[] = [];

  constructor(job: Job) {
    this.#job = job;
    this.runDir = job.kind === 'resume' ? job.runDir : null;
  }

  /** The engine has said that it is there, and on which run it works; null where it has none yet. */
  welcome(runDir: string | null): void {
    this.runDir = runDir ?? this.runDir;
    // One that resumes says so from the first; whether it may is another question.
    if (runDir !== null && this.#job.kind === 'train') this.worked = true;
  }

  /** The end that the work has come to, in a window that saw it. */
  endOf(outcome: EngineEnd['outcome'], message: string | null): EngineEnd {
    const hasMore = outcome !== 'finished' && this.#job.kind !== 'evaluate';
    return {
      outcome,
      message,
      resumable: hasMore && this.worked && this.runDir !== null,
      crashed: false,
      unseen: false,
    };
  }

  /** Takes in what the engine says; true where that changed anything. */
  hear(event: EngineEvent): boolean {
    switch (event.event) {
      case 'started':
        this.worked = true;
        this.runDir = event.runDir;
        return true;
      case 'phase':
        this.worked = true;
        this.phase = event;
        return true;
      case 'step':
        this.lastStep = { step: event.step, metrics: event.metrics };
        return true;
      case 'warning':
        if (this.warnings.includes(event.message) || this.warnings.length >= MAX_WARNINGS) return false;
        this.warnings.push(event.message);
        return true;
      case 'eval':
      case 'rewards':
      case 'stoppedEarly':
      case 'done':
      case 'stopped':
        // Is in the run's folder; how the work ended is said by the engine's status.
        return false;
    }
  }
}
