/**
 * What scores a run: the rewards it was opened with, until others take their place. They do so between two steps, never within one, so
 * all completions of a step, those of its evaluation among them, are scored by the same code.
 */
import type { GroupToScore, RewardFile, Scorer, Verdicts } from '../reward/scorer.ts';

interface Coming {
  readonly fromStep: number;
  readonly scorer: Scorer;
}

export class RunScorer {
  #current: Scorer;
  /** In the order of their steps. */
  #coming: readonly Coming[] = [];
  #step = 0;
  #ended = false;
  #closed = false;

  constructor(scorer: Scorer) {
    this.#current = scorer;
  }

  /** The step that is under way, or was done last. */
  get step(): number {
    return this.#step;
  }

  /** Whether no step begins any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** As `Scorer`, of what scores now. */
  get hashes(): Scorer['hashes'] {
    return this.#current.hashes;
  }

  get granted(): Scorer['granted'] {
    return this.#current.granted;
  }

  get pids(): Scorer['pids'] {
    return this.#current.pids;
  }

  get files(): readonly RewardFile[] {
    return this.#current.files;
  }

  score(groups: readonly GroupToScore[]): Promise<readonly (readonly Verdicts[])[]> {
    return this.#current.score(groups);
  }

  /** Call it before a step is sampled. Resolves with whether other rewards score from here on, when those before them are closed. */
  async beginStep(step: number): Promise<boolean> {
    this.#step = step;
    const due = this.#coming.filter(({ fromStep }) => fromStep <= step);
    const next = due.pop();
    if (next === undefined) return false;
    const over = [this.#current, ...due.map(({ scorer }) => scorer)];
    this.#current = next.scorer;
    this.#coming = this.#coming.filter(({ fromStep }) => fromStep > step);
    await closeAll(over);
    return true;
  }

  /** Has other rewards score from a step on that has not begun, in place of any that were to from that step or a later one. */
  async replace(fromStep: number, scorer: Scorer): Promise<void> {
    if (fromStep <= this.#step) throw new Error(`Step ${fromStep} has begun.`);
    const over = this.#coming.filter((coming) => coming.fromStep >= fromStep);
    this.#coming = [...this.#coming.filter((coming) => coming.fromStep < fromStep), { fromStep, scorer }];
    await closeAll(over.map((coming) => coming.scorer));
    if (this.#closed) await scorer.close();
  }

  /** No step begins any more: what scores now scores what is left. Resolves when those that were to take over are closed. */
  async endSteps(): Promise<void> {
    this.#ended = true;
    const over = this.#coming;
    this.#coming = [];
    await closeAll(over.map(({ scorer }) => scorer));
  }

  /** Resolves when no process is left. */
  async close(): Promise<void> {
    this.#closed = true;
    await closeAll([this.#current, ...this.#coming.map(({ scorer }) => scorer)]);
  }
}

async function closeAll(scorers: readonly Scorer[]): Promise<void> {
  await Promise.all(scorers.map((scorer) => scorer.close()));
}
