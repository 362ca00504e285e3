/**
 * Scores stored completions with a reward file as it is typed. One file at a time, the one in front: what it says of a sample of the
 * chosen run is asked of the window's service engine a moment after each keystroke, and a newer question ends an older one.
 */
import type { StoredGroup, UnsavedFile } from '../../engine/protocol/scoring.ts';
import { messageOf } from '../../engine/run/errors.ts';
import type { RewardFunction } from '../../engine/source/rewardFunction.ts';
import type { Disposable } from '../common/disposable.ts';
import { Emitter } from '../common/event.ts';
import type { RunSample } from '../data/liveMethods.ts';
import type { RunData } from '../data/runData.ts';
import type { Scores, ScoreQuestion } from '../engine/engineQuestions.ts';
import { namedRewards, resultOf, type LiveResult, type LiveText } from './liveResult.ts';
import type { RewardUse } from './rewardUses.ts';
import { indexOfWatched, type Watched } from './watched.ts';

/** A pause in typing. */
const TYPING_MS = 60;
/** Completions that are scored at every pause. */
const SAMPLE_SIZE = 500;

/** A reward file for which no run of this window has a completion. */
export interface UnscoredFile {
  readonly path: string;
  readonly functions: readonly RewardFunction[];
}

export interface LiveEnvironment {
  readonly data: Pick<RunData, 'call'>;
  /** Rejects with UserError where it cannot be done. */
  score(question: ScoreQuestion): Promise<Scores>;
  /** Experiments that name the file. */
  usesOf(path: string): Promise<readonly RewardUse[]>;
  /** The run whose completions are scored; null where there is none, or its code may not be run here. */
  runFor(uses: readonly RewardUse[]): string | null;
  /** Texts of code that are not saved. */
  unsaved(): readonly UnsavedFile[];
}

export class LiveScores implements Disposable {
  readonly #environment: LiveEnvironment;
  readonly #changed = new Emitter<void>();
  #on = false;
  /** What is in front. */
  #front: LiveText | null = null;
  /** What is scored: what is in front, or, while that has no reward functions, what was in front before and may import it. */
  #target: LiveText | null = null;
  #watched: Watched | null = null;
  #sample: RunSample | null = null;
  #result: LiveResult | null = null;
  #failure: string | null = null;
  #unscored: UnscoredFile | null = null;
  /** Of the newest question: answers to older ones are dropped. */
  #asked = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Whether something was typed, or changed otherwise, that has no answer yet. */
  #waiting = false;

  /** There is another result, or there is none any more. */
  readonly onDidChange = this.#changed.event;

  constructor(environment: LiveEnvironment) {
    this.#environment = environment;
  }

  /** Of the file that is scored, or of an older text of it; null where there is none. */
  get result(): LiveResult | null {
    return this.#result;
  }

  /** Why the newest text has no scores; null where it has, or will have soon. */
  get failure(): string | null {
    return this.#failure;
  }

  /** The file where there is nothing to score it on; null where there is, and while nothing is scored. */
  get unscored(): UnscoredFile | null {
    return this.#unscored;
  }

  /** Whether texts are scored as they are typed. */
  get on(): boolean {
    return this.#on;
  }

  /** The file that is scored, or would be: it has reward functions. */
  get rewardFile(): string | null {
    return this.#target?.path ?? null;
  }

  /** What is typed now with its scores, as soon as it has some; null where it will have none. */
  async newest(): Promise<LiveResult | null> {
    while (this.#waiting) {
      await new Promise<void>((resolve) => {
        const listener = this.#changed.event(() => {
          listener.dispose();
          resolve();
        });
      });
    }
    return this.#failure === null ? this.#result : null;
  }

  switch(on: boolean): void {
    if (on === this.#on) return;
    this.#on = on;
    this.refresh();
  }

  /** What is in front, or was changed there. */
  setText(text: LiveText): void {
    const before = this.#front;
    if (text.path === before?.path && text.version === before.version) return;
    this.#front = text;
    if (text.path === before?.path) this.#soon();
    else void this.#ask();
  }

  /** Something that the file may import was typed. */
  importsChanged(): void {
    if (this.#target !== null) this.#soon();
  }

  /** A file was closed. */
  forget(path: string): void {
    if (this.#front?.path === path) this.#front = null;
    if (this.#target?.path !== path) return;
    this.#target = null;
    this.#clear();
  }

  /** The completion that is read in Outputs, whose values are told; null while none is. */
  setWatched(watched: Watched | null): void {
    if (JSON.stringify(watched) === JSON.stringify(this.#watched)) return;
    this.#watched = watched;
    if (this.#result !== null) void this.#ask();
  }

  /** The run, the files it names, or what it has written may be others now. */
  refresh(): void {
    this.#sample = null;
    void this.#ask();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#asked++;
    this.#changed.dispose();
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#asked++;
    this.#sample = null;
    this.#failure = null;
    this.#unscored = null;
    this.#result = null;
    this.#waiting = false;
    this.#changed.fire();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#waiting = true;
    this.#timer = setTimeout(() => void this.#ask(), TYPING_MS);
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    this.#waiting = true;
    const isNewest = (): boolean => asked === this.#asked;
    try {
      const result = await this.#score(isNewest);
      if (!isNewest()) return;
      this.#result = result;
      this.#failure = null;
    } catch (error) {
      if (!isNewest()) return;
      // The last text that could be scored stays: half a word is no reason to lose sight of it.
      this.#failure = messageOf(error);
    }
    this.#waiting = false;
    this.#changed.fire();
  }

  /** null where there is nothing to score, or nothing to score it on. */
  async #score(isNewest: () => boolean): Promise<LiveResult | null> {
    const { text, uses, functions } = await this.#find();
    if (!isNewest()) return null;
    this.#unscored = null;
    if (text === null) return null;
    this.#target = text;
    if (!this.#on) return null;
    const sample = await this.#sampleFor(uses);
    if (!isNewest()) return null;
    if (sample === null || sample.completions.length === 0) {
      this.#unscored = { path: text.path, functions };
      return null;
    }
    const rewards = namedRewards(text.path, functions, sample, uses);
    const watch = indexOfWatched(this.#watched, sample);
    const scores = await this.#environment.score({
      rewards: rewards.map(({ config }) => config),
      baseDir: sample.baseDir,
      unsaved: [...this.#environment.unsaved()],
      live: true,
      of: { kind: 'stored', runDir: sample.runDir, groups: [...sample.groups] },
      trace: { file: text.path, watch },
    });
    return resultOf(text, sample, rewards, scores, watch);
  }

  /** What is in front where it has reward functions, else what was. */
  async #find(): Promise<Found> {
    for (const text of [this.#front, this.#target]) {
      if (text === null) continue;
      const uses = await this.#environment.usesOf(text.path);
      const named = [...new Set(uses.map(({ reward }) => reward.function))];
      const functions = await this.#environment.data.call('rewardFunctions', {
        path: text.path,
        text: text.text,
        named,
      });
      if (functions.length > 0) return { text, uses, functions };
    }
    return { text: null, uses: [], functions: [] };
  }

  async #sampleFor(uses: readonly RewardUse[]): Promise<RunSample | null> {
    const dir = this.#environment.runFor(uses);
    if (dir === null) return null;
    const first = this.#watched?.runDir === dir ? this.#watched.group : null;
    const known = this.#sample;
    if (known?.runDir === dir && (first === null || isFirst(known, first))) return known;
    const sample = await this.#environment.data.call('runSample', { dir, count: SAMPLE_SIZE, first });
    this.#sample = sample;
    return sample;
  }
}

interface Found {
  /** null where no text has any. */
  readonly text: LiveText | null;
  readonly uses: readonly RewardUse[];
  readonly functions: readonly RewardFunction[];
}

function isFirst({ groups: [group] }: RunSample, { step, purpose, split, problem }: StoredGroup): boolean {
  return group?.step === step && group.purpose === purpose && group.split === split && group.problem === problem;
}
