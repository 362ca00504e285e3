/** Graders that stay ready between two questions, for as long as the reward files are what they were. */
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RewardConfig } from '../protocol/experiment.ts';
import { openScorer, type RewardFile, type Scorer } from '../reward/scorer.ts';

/** Which rewards score. */
export interface Rewards {
  readonly rewards: readonly RewardConfig[];
  /** Folder of the experiment. */
  readonly baseDir: string;
}

interface Warm {
  readonly of: Rewards;
  readonly scorer: Scorer;
}

export class WarmScorer {
  readonly #outDir: string;
  #warm: Warm | null = null;
  /** Opening is done one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param outDir folder of its own for bundled modules; removed at the end */
  constructor(outDir: string) {
    this.#outDir = outDir;
  }

  /**
   * A scorer of the files as they are now. One made of older files, or of other rewards, is closed, and a question that it is still
   * working on fails: who asks again has no more use for the answer.
   * @throws UserError where a file cannot be used
   */
  get(rewards: Rewards): Promise<Scorer> {
    const opened = this.#last.then(() => this.#get(rewards));
    this.#last = opened.catch(() => undefined);
    return opened;
  }

  /** Whether a scorer has not been replaced by one of newer files. */
  isCurrent(scorer: Scorer): boolean {
    return this.#warm?.scorer === scorer;
  }

  /** Removes the bundled modules. Waits for nothing: a reward may hang while it is loaded. */
  close(): void {
    void this.#warm?.scorer.close();
    rmSync(this.#outDir, { recursive: true, force: true });
  }

  async #get(rewards: Rewards): Promise<Scorer> {
    const warm = this.#warm;
    if (warm && isDeepStrictEqual(warm.of, rewards) && (await areUnchanged(warm.scorer.files))) return warm.scorer;
    this.#warm = null;
    await warm?.scorer.close();
    const scorer = await openScorer({ ...rewards, outDir: this.#outDir, onWarning: () => {} });
    this.#warm = { of: rewards, scorer };
    return scorer;
  }
}

/** Whether each file, with all of the project that it imports, still is what was bundled. Installed packages are not looked at. */
async function areUnchanged(files: readonly RewardFile[]): Promise<boolean> {
  const sources = files.flatMap(({ file, sources }) => {
    // The entry comes first; the names of all are relative to one folder.
    const folder = file.slice(0, file.length - (sources[0]?.name.length ?? 0));
    return sources.map(({ name, contents }) => ({ path: join(folder, name), contents }));
  });
  const same = sources.map(async ({ path, contents }) => {
    const now = await readFile(path).catch(() => null);
    return now !== null && Buffer.compare(now, contents) === 0;
  });
  return (await Promise.all(same)).every(Boolean);
}
