/** Graders that stay ready between two questions, for as long as the reward files are what they were. */
import { mkdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../protocol/errors.ts';
import type { ScoreRequest } from '../protocol/scoring.ts';
import { GraderStandby } from '../reward/graderStandby.ts';
import { openScorer, type RewardFile, type Scorer } from '../reward/scorer.ts';

/** What scores. */
export type Rewards = Pick<ScoreRequest, 'rewards' | 'baseDir' | 'unsaved'>;

interface Warm {
  readonly of: Rewards;
  /** null while it is opened. */
  scorer: Scorer | null;
  readonly ending: AbortController;
}

export class WarmScorer {
  readonly #outDir: string;
  readonly #standby = new GraderStandby();
  #warm: Warm | null = null;
  /** Opening is done one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param outDir folder of its own for bundled modules; removed at the end */
  constructor(outDir: string) {
    this.#outDir = outDir;
    mkdirSync(outDir);
  }

  /**
   * A scorer of the files as they are now. One made of older files or texts, or of other rewards, is closed, even while it is opened, and
   * a question that it is still working on fails: who asks again has no more use for the answer.
   * @throws UserError where a file cannot be used
   */
  get({ rewards, baseDir, unsaved }: Rewards): Promise<Scorer> {
    const of = { rewards, baseDir, unsaved };
    if (this.#warm !== null && !isDeepStrictEqual(this.#warm.of, of)) this.#end();
    const opened = this.#last.then(() => this.#get(of));
    this.#last = opened.catch(() => undefined);
    return opened;
  }

  /** Whether a scorer has not been replaced by one of newer files. */
  isCurrent(scorer: Scorer): boolean {
    return this.#warm?.scorer === scorer;
  }

  /** Has a process ready for files that will have changed by the next question. Call it when nobody waits for an answer. */
  prepare(baseDir: string): void {
    this.#standby.prepare(baseDir);
  }

  /** Removes the bundled modules. Waits for nothing: a reward may hang while it is loaded. */
  close(): void {
    this.#end();
    void this.#standby.close();
    rmSync(this.#outDir, { recursive: true, force: true });
  }

  async #get(of: Rewards): Promise<Scorer> {
    const present = this.#warm;
    if (present?.scorer && isDeepStrictEqual(present.of, of) && (await isUnchanged(present.scorer, of)))
      return present.scorer;
    this.#end();
    const warm: Warm = { of, scorer: null, ending: new AbortController() };
    this.#warm = warm;
    try {
      warm.scorer = await openScorer({
        rewards: of.rewards,
        baseDir: of.baseDir,
        unsaved: textsOf(of),
        outDir: this.#outDir,
        standby: this.#standby,
        signal: warm.ending.signal,
        onWarning: () => {},
      });
      return warm.scorer;
    } catch (error) {
      if (this.#warm === warm) this.#warm = null;
      if (!warm.ending.signal.aborted) throw error;
      throw new UserError('The reward was edited meanwhile; a newer question is answered with what it is now.');
    }
  }

  #end(): void {
    this.#warm?.ending.abort();
    this.#warm = null;
  }
}

function textsOf({ unsaved }: Rewards): ReadonlyMap<string, string> {
  return new Map(unsaved.map(({ path, text }) => [path, text]));
}

/** Whether each file, with all of the project that it imports, still is what was bundled. Installed packages are not looked at. */
async function isUnchanged({ files }: Scorer, of: Rewards): Promise<boolean> {
  const texts = textsOf(of);
  const same = files.flatMap(sourcesOf).map(async ({ path, contents }) => {
    const text = texts.get(path);
    const now = text === undefined ? await readFile(path).catch(() => null) : Buffer.from(text);
    return now !== null && Buffer.compare(now, contents) === 0;
  });
  return (await Promise.all(same)).every(Boolean);
}

function sourcesOf({ file, sources }: RewardFile): { path: string; contents: Uint8Array }[] {
  // The entry comes first; the names of all are relative to one folder.
  const folder = file.slice(0, file.length - (sources[0]?.name.length ?? 0));
  return sources.map(({ name, contents }) => ({ path: join(folder, name), contents }));
}
