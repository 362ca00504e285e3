/** The output channel "RLVR": what the engines of this window write into the logs of their runs, as they write it. */
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { ENGINE_LOG_FILE } from '../../engine/run/layout.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { EngineEnd, EngineHandle } from './engineHandle.ts';
import type { Engines } from './engines.ts';
import { FileTail } from './fileTail.ts';
import { parseLogLine, type LogLevel } from './logLine.ts';

/** Milliseconds between two looks at the logs of running engines. */
const LOOK_MS = 500;

/** What is known of a run's log. */
interface Followed {
  readonly tail: FileTail;
  /** What was there before is told with its own times; what comes now has the channel's. */
  live: boolean;
  level: LogLevel;
}

export class EngineLogChannel implements Disposable {
  readonly channel = vscode.window.createOutputChannel('RLVR', { log: true });
  readonly #engines: Engines;
  readonly #runs = new Map<string, Followed>();
  readonly #disposables = new DisposableStore();
  #timer: NodeJS.Timeout | undefined;

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#disposables.add(this.channel);
    this.#disposables.add(engines.onDidChange(() => this.#follow()));
    this.#disposables.add(engines.onDidEnd(({ handle, end }) => void this.#conclude(handle, end)));
  }

  /** Brings the channel forward, with the log of a run in it; null for what is there. */
  async show(runDir: string | null): Promise<void> {
    if (runDir !== null) await this.#read(runDir);
    this.channel.show();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposables.dispose();
  }

  /** Looks at the logs now and then for as long as an engine works. */
  #follow(): void {
    if (this.#timer !== undefined || this.#engines.handles.length === 0) return;
    this.#timer = setTimeout(() => {
      const dirs = this.#engines.handles.flatMap(({ runDir }) => (runDir === null ? [] : [runDir]));
      void Promise.all(dirs.map((dir) => this.#read(dir))).finally(() => {
        this.#timer = undefined;
        this.#follow();
      });
    }, LOOK_MS);
  }

  async #conclude({ runDir, outputFile }: EngineHandle, { outcome, crashed }: EngineEnd): Promise<void> {
    if (runDir !== null) await this.#read(runDir);
    // Otherwise it is in the run's log, too.
    if (outcome !== 'failed' || (runDir !== null && !crashed)) return;
    for (const line of await new FileTail(outputFile).lines()) if (line.trim() !== '') this.channel.error(line);
  }

  async #read(runDir: string): Promise<void> {
    let run = this.#runs.get(runDir);
    if (run === undefined) {
      run = { tail: new FileTail(join(runDir, ENGINE_LOG_FILE)), live: false, level: 'info' };
      this.#runs.set(runDir, run);
    }
    const lines = await run.tail.lines();
    for (const line of lines) {
      const { time, level, text } = parseLogLine(line, run.level);
      run.level = level;
      const when = run.live || time === null ? '' : `${time} `;
      this.channel[level](`${basename(runDir)} ${when}${text}`);
    }
    run.live = true;
  }
}
