/** Graders that stay ready between two questions, for as long as the reward files are what they were. */
import { mkdirSync, rmSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../protocol/errors.ts';
import type { ScoreRequest } from '../protocol/scoring.ts';
import { graderPlace } from '../reward/graderPlace.ts';
import { GraderStandby } from '../reward/graderStandby.ts';
import { openScorer, type RewardFile, type Scorer } from '../reward/scorer.ts';
import type { ServiceOptions } from '../reward/services/serve.ts';

/** What scores. */
export type Rewards = Pick<ScoreRequest, 'rewards' | 'baseDir' | 'unsaved'> & {
  /** Which completion is watched makes no difference to what is opened. */
  readonly trace?: { readonly file: string };
  /** Versions that are held against each other must be whole: an error of one would look like a change of scores. */
  readonly compares?: true;
};

interface Opened extends Pick<ScoreRequest, 'rewards' | 'baseDir' | 'unsaved'> {
  readonly traced: string | null;
  readonly partly: boolean;
}

interface Warm {
  readonly of: Opened;
  /** null while it is opened. */
  scorer: Scorer | null;
  readonly ending: AbortController;
}

export class WarmScorer {
  readonly #outDir: string;
  readonly #services: ServiceOptions;
  readonly #standby = new GraderStandby();
  readonly #ended = new WeakMap<Scorer, UserError>();
  #warm: Warm | null = null;
  /** Opening is done one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param outDir folder of its own for bundled modules; removed at the end */
  constructor(outDir: string, services: ServiceOptions) {
    this.#outDir = outDir;
    this.#services = services;
    mkdirSync(outDir);
  }

  /**
   * A scorer of the files as they are now. One made of older files or texts, or of other rewards, is closed, even while it is opened, and
   * a question that it is still working on fails: who asks again has no more use for the answer.
   * @throws UserError where no file can be used, or, of versions that are compared, where one cannot
   */
  get({ rewards, baseDir, unsaved, trace, compares }: Rewards): Promise<Scorer> {
    const of = { rewards, baseDir, unsaved, traced: trace?.file ?? null, partly: compares !== true };
    if (this.#warm !== null && !isDeepStrictEqual(this.#warm.of, of)) this.end(edited());
    const opened = this.#last.then(() => this.#get(of));
    this.#last = opened.catch(() => undefined);
    return opened;
  }

  /** Why a scorer of it was closed; null while it is open. */
  endOf(scorer: Scorer): UserError | null {
    return this.#ended.get(scorer) ?? null;
  }

  /** Closes what scores now. @param why for the questions that it works on */
  end(why: UserError): void {
    const warm = this.#warm;
    this.#warm = null;
    if (warm?.scorer) this.#ended.set(warm.scorer, why);
    warm?.ending.abort(why);
  }

  /** Has a process ready for files that will have changed by the next question. Call it when nobody waits for an answer. */
  prepare(baseDir: string): void {
    this.#standby.prepare(graderPlace(resolve(baseDir), this.#outDir, []));
  }

  /** Removes the bundled modules. Waits for nothing: a reward may hang while it is loaded. */
  close(): void {
    this.end(new UserError('The engine that scores ends.'));
    void this.#standby.close();
    rmSync(this.#outDir, { recursive: true, force: true });
  }

  async #get(of: Opened): Promise<Scorer> {
    const present = this.#warm;
    if (present?.scorer && isDeepStrictEqual(present.of, of) && (await isUnchanged(present.scorer, of)))
      return present.scorer;
    this.end(edited());
    const warm: Warm = { of, scorer: null, ending: new AbortController() };
    this.#warm = warm;
    try {
      warm.scorer = await openScorer({
        rewards: of.rewards,
        baseDir: of.baseDir,
        unsaved: textsOf(of),
        ...(of.traced === null ? {} : { trace: of.traced }),
        outDir: this.#outDir,
        standby: this.#standby,
        services: this.#services,
        ...(of.partly ? { partly: true } : {}),
        signal: warm.ending.signal,
        onWarning: () => {},
      });
      return warm.scorer;
    } catch (error) {
      if (this.#warm === warm) this.#warm = null;
      throw warm.ending.signal.aborted ? warm.ending.signal.reason : error;
    }
  }
}

function edited(): UserError {
  return new UserError('The reward was edited meanwhile; a newer question is answered with what it is now.');
}

function textsOf({ unsaved }: Opened): ReadonlyMap<string, string> {
  return new Map(unsaved.map(({ path, text }) => [path, text]));
}

/** Whether each file, with all of the project that it imports, still is what was bundled. Installed packages are not looked at. */
async function isUnchanged({ files, whole }: Scorer, of: Opened): Promise<boolean> {
  // What a file that cannot be used is made of is not known.
  if (!whole) return false;
  // A project may be named through a link by an editor, and files are bundled as they are when links are followed.
  const texts = new Map(
    await Promise.all(of.unsaved.map(async ({ path, text }) => [await followed(path), text] as const)),
  );
  const same = files.flatMap(sourcesOf).map(async ({ path, contents }) => {
    const text = texts.get(await followed(path));
    const now = text === undefined ? await readFile(path).catch(() => null) : Buffer.from(text);
    return now !== null && Buffer.compare(now, contents) === 0;
  });
  return (await Promise.all(same)).every(Boolean);
}

function sourcesOf({ root, sources }: RewardFile): { path: string; contents: Uint8Array }[] {
  return sources.map(({ name, contents }) => ({ path: join(root, name), contents }));
}

/** The path without links; itself where there is no such file. */
function followed(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}
