/** Keeps the new scores of the group that is read up to date with the reward files, once that was asked for. */
import { dirname, extname, resolve, sep } from 'node:path';
import { UserError } from '../../engine/protocol/errors.ts';
import type { GroupName, NewScore, NewVerdict, Rescoring } from '../../engine/protocol/panels/outputs.ts';
import { messageOf } from '../../engine/run/errors.ts';
import type { Disposable } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import type { Scores } from '../engine/serviceEngine.ts';
import type { Rescorer } from './rescorer.ts';

/** What reward code is written in, and what it may read. */
const CODE = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json']);

export class GroupRescoring implements Disposable {
  readonly #data: RunData;
  readonly #rescorer: Rescorer;
  readonly #tell: (rescoring: Rescoring) => void;
  readonly #saving: Disposable;
  #runDir: string | null = null;
  #reading: GroupName | null = null;
  #on = false;
  /** Of the newest question: answers to older ones are dropped. */
  #asked = 0;

  /** @param tell called with every change while there is somebody to tell */
  constructor(data: RunData, rescorer: Rescorer, tell: (rescoring: Rescoring) => void) {
    this.#data = data;
    this.#rescorer = rescorer;
    this.#tell = tell;
    this.#saving = rescorer.onDidSave((path) => void this.#saved(path));
  }

  /** Another run begins without new scores. */
  setRun(runDir: string | null): void {
    this.#runDir = runDir;
    this.#reading = null;
    this.switch(false);
  }

  /** What is read from now on; null while nobody reads. */
  setReading(group: GroupName | null): void {
    this.#reading = group;
    if (this.#on) void this.#score();
  }

  switch(on: boolean): void {
    this.#on = on && this.#runDir !== null && this.#rescorer.available(this.#runDir);
    if (this.#on) void this.#score();
    else {
      this.#asked++;
      this.#tell({ state: 'off' });
    }
  }

  dispose(): void {
    this.#asked++;
    this.#saving.dispose();
  }

  async #saved(path: string): Promise<void> {
    const runDir = this.#runDir;
    if (runDir === null || this.#reading === null || !this.#rescorer.available(runDir)) return;
    // Where the run cannot be read, the panel says so.
    const sources = await this.#data.call('runSources', { dir: runDir }).catch(() => null);
    if (sources === null || runDir !== this.#runDir) return;
    const files = sources.rewards.flatMap(({ file }) =>
      file === null ? [] : [resolve(dirname(sources.experimentPath), file)],
    );
    if (isRewardCode(path, files)) this.switch(true);
  }

  async #score(): Promise<void> {
    const runDir = this.#runDir;
    const group = this.#reading;
    if (runDir === null || group === null) return;
    const asked = ++this.#asked;
    this.#tell({ state: 'scoring' });
    try {
      const { scope, problem, step } = group;
      const rewards = await this.#data.call('runRewards', { dir: runDir });
      const of = { kind: 'stored' as const, runDir, groups: [{ ...scope, problem, step }] };
      const scores = await this.#rescorer.score({ ...rewards, unsaved: [], live: false, of });
      if (asked === this.#asked) this.#tell({ state: 'done', group, scores: newScores(scores) });
    } catch (error) {
      if (asked !== this.#asked) return;
      const message = error instanceof UserError ? error.message : `Scoring failed: ${messageOf(error)}`;
      this.#tell({ state: 'failed', message });
    }
  }
}

/** Whether a saved file is a reward file, or lies where one may import it from. */
export function isRewardCode(path: string, rewardFiles: readonly string[]): boolean {
  return rewardFiles.some(
    (file) => path === file || (path.startsWith(dirname(file) + sep) && CODE.has(extname(path).toLowerCase())),
  );
}

/** One for each completion of the one group that was asked about. */
function newScores({ rewards, combined, byReward, errors }: Scores): NewScore[] {
  return Array.from(combined, (reward, completion) => {
    const verdicts = rewards.map((name, index): [string, NewVerdict] => {
      const failed = errors.find((error) => error.completion === completion && error.reward === name);
      return [name, failed ? { error: failed.message } : { value: numberOrNull(byReward[index]?.[completion]) }];
    });
    return { reward: numberOrNull(reward), verdicts: Object.fromEntries(verdicts) };
  });
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
