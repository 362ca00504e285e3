/** `engine.log`: what happened to a run beside its steps, a line each with its time, for whoever asks later why. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_LOG_FILE } from './layout.ts';
import { writeFailure } from './errors.ts';

export class EngineLog {
  /** Written before the run had a folder. */
  #waiting: string[] = [];
  #runDir: string | null = null;

  /** Lines go into this run folder from now on, those that waited first. */
  attach(runDir: string): void {
    this.#runDir = runDir;
    const lines = this.#waiting;
    this.#waiting = [];
    this.#append(lines.join(''));
  }

  /** @throws DiskFullError */
  write(text: string, now: Date = new Date()): void {
    const line = `${now.toISOString()} ${text.trimEnd().replaceAll('\n', '\n  ')}\n`;
    if (this.#runDir === null) this.#waiting.push(line);
    else this.#append(line);
  }

  #append(text: string): void {
    if (this.#runDir === null) return;
    try {
      appendFileSync(join(this.#runDir, ENGINE_LOG_FILE), text);
    } catch (error) {
      throw writeFailure(error, this.#runDir, 'the log was not written');
    }
  }
}
