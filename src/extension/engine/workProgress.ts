/** What an engine has told of its work so far. */
import type { EngineEvent } from '../../engine/protocol/events.ts';
import type { Job } from '../../engine/protocol/link.ts';
import type { PhaseEvent, StepSeen } from './engineHandle.ts';

/** A run that warns without end has said enough. */
const MAX_WARNINGS = 100;

export class WorkProgress {
  runDir: string | null;
  /** The engine has told of work: that the run is written by another one is found out before. */
  worked = false;
  phase: PhaseEvent | null = null;
  lastStep: StepSeen | null = null;
  readonly warnings: string[] = [];

  /** @param runDir where it is known beforehand */
  constructor(runDir: string | null) {
    this.runDir = runDir;
  }

  /** Whether there is a run that the engine works on, or worked on. */
  get began(): boolean {
    return this.runDir !== null && this.worked;
  }

  /** The engine has said that it is there, and on which run it works; null where it has none yet. */
  welcome(runDir: string | null, job: Job): void {
    this.runDir = runDir ?? this.runDir;
    // One that resumes says so from the first; whether it may is another question.
    if (runDir !== null && job.kind === 'train') this.worked = true;
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
      case 'done':
      case 'stopped':
        // Is in the run's folder; how the work ended is said by the engine's status.
        return false;
    }
  }
}
