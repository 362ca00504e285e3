/** Reads what a job prints, from its beginning on: the run's folder is written, and what the engine said there is said here. */
import { splitLines } from '../../process/lineSplitter.ts';
import { UserError } from '../../protocol/errors.ts';
import type { EngineEvent } from '../../protocol/events.ts';
import type { JobRecord } from '../../protocol/rayJob.ts';
import { MAX_RUN_LINE, parseRunLine, type RunLine } from '../../protocol/runLines.ts';
import { MirroredRun, type MirrorOptions } from '../../run/mirror/mirroredRun.ts';
import { writeJobRecord } from './jobRecord.ts';

/** How a run ended there. */
export type JobEnd =
  { readonly outcome: 'finished' | 'stopped' } | { readonly outcome: 'failed'; readonly message: string };

export class JobReader {
  readonly #record: Omit<JobRecord, 'applied'>;
  readonly #emit: (event: EngineEvent) => void;
  readonly #run: MirroredRun;
  readonly #lines: string[] = [];
  readonly #split: (chunk: Buffer) => void;
  /** Whether what is read now was not read by an earlier reader of the job. */
  #isNew: boolean;
  #end: JobEnd | null = null;

  constructor(record: Omit<JobRecord, 'applied'>, options: MirrorOptions, emit: (event: EngineEvent) => void) {
    this.#record = record;
    this.#emit = emit;
    this.#isNew = options.applied === 0;
    this.#run = new MirroredRun(options);
    this.#split = splitLines(MAX_RUN_LINE, (line) => this.#lines.push(line));
  }

  get dir(): string | null {
    return this.#run.dir;
  }

  get applied(): number {
    return this.#run.applied;
  }

  /** null until the run is over. */
  get end(): JobEnd | null {
    return this.#end;
  }

  /** Rejects with UserError where the run cannot be written, or what the job prints is not what an engine of this version does. */
  async take(piece: Buffer): Promise<void> {
    this.#split(piece);
    for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
      try {
        const runLine = parseRunLine(line);
        if (runLine !== null) await this.#takeLine(runLine);
      } catch (error) {
        if (error instanceof UserError) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        throw new UserError(
          `What the job prints cannot be read (${reason}). The job goes on: its log is in the cluster's dashboard.`,
          { cause: error },
        );
      }
    }
  }

  close(): void {
    this.#run.close();
  }

  async #takeLine(line: RunLine): Promise<void> {
    switch (line.kind) {
      case 'event':
        this.#hear(line.event);
        return;
      case 'failed':
        this.#end = { outcome: 'failed', message: line.message };
        return;
      default:
        if (!(await this.#run.take(line))) return;
        this.#isNew = true;
        if (this.dir !== null) writeJobRecord(this.dir, { ...this.#record, applied: this.applied });
    }
  }

  #hear(event: EngineEvent): void {
    if (event.event === 'done') this.#end = { outcome: 'finished' };
    if (event.event === 'stopped') this.#end = { outcome: 'stopped' };
    if (!this.#isNew) return;
    // Where the run lies is another place here.
    this.#emit('runDir' in event ? { ...event, runDir: this.dir ?? event.runDir } : event);
  }
}
