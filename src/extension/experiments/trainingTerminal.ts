/** The terminal of a training task: the lines that the command line writes to a log, until the run ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import { PlainLog, safeLines } from '../../engine/cli/progress/plainLog.ts';
import { Emitter } from '../common/event.ts';
import type { RunEnd, StartedRun } from './startedRun.ts';

const CTRL_C = '\u0003';
/** VS Code says of a terminal that ends within half a second that it failed to launch, and misses problems in its first lines. */
const LEAST_LIFE_MS = 600;
const FAILED = 1;

export class TrainingTerminal implements vscode.Pseudoterminal {
  readonly #title: string;
  readonly #start: () => Promise<StartedRun>;
  readonly #writes = new Emitter<string>();
  readonly #closes = new Emitter<number>();
  readonly onDidWrite = this.#writes.event;
  readonly onDidClose = this.#closes.event;
  #run: StartedRun | null = null;
  #stopped = false;

  /**
   * @param title the experiment's name
   * @param start called once, when the terminal is there; rejects with the sentence to show
   */
  constructor(title: string, start: () => Promise<StartedRun>) {
    this.#title = title;
    this.#start = start;
  }

  open(): void {
    void this.#follow();
  }

  /** The task is terminated, or its terminal is closed. */
  close(): void {
    this.#stop();
  }

  handleInput(text: string): void {
    if (!text.includes(CTRL_C) || this.#stopped) return;
    this.#write('Stopping ...');
    this.#stop();
  }

  #stop(): void {
    this.#stopped = true;
    this.#run?.stop();
  }

  async #follow(): Promise<void> {
    const opened = performance.now();
    const { exitCode, lines } = await this.#work();
    await sleep(Math.max(0, opened + LEAST_LIFE_MS - performance.now()));
    // VS Code looks for problems in a line when the next one begins.
    for (const line of [...lines, '']) this.#write(line);
    this.#closes.fire(exitCode);
  }

  /** Starts the run and writes what it tells, until it has ended. */
  async #work(): Promise<RunEnd> {
    try {
      const run = await this.#start();
      this.#run = run;
      const log = new PlainLog(this.#title);
      run.onEvent((event) => {
        for (const line of log.linesOf(event, performance.now())) this.#write(line);
      });
      // It was told to stop before there was a run.
      if (this.#stopped) run.stop();
      return await run.ended;
    } catch (error) {
      return { exitCode: FAILED, lines: [error instanceof Error ? error.message : String(error)] };
    }
  }

  #write(text: string): void {
    for (const line of safeLines(text)) this.#writes.fire(`${line}\r\n`);
  }
}
