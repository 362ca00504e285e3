/**
 * What became of each problem at each step, in a row of its own: so many completions, so many of them solved. Lists of problems and
 * their history read these and not the completions. Rows lie behind `run.last_step` exactly where their completions do.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CompletionRecord } from '../protocol/run.ts';

/** Of a problem, the name of the reward whose value 1 counts as solved. */
export type SolvedBy = (problem: number) => string;

/** Writes the groups of what is inserted; every call belongs into the transaction that inserts the completions. */
export class GroupWriter {
  readonly #solvedBy: SolvedBy;
  readonly #insert: StatementSync;
  /** Of completions that were added since the last `write`. */
  readonly #groups = new Map<string, Group>();

  constructor(db: DatabaseSync, solvedBy: SolvedBy) {
    this.#solvedBy = solvedBy;
    this.#insert = db.prepare('INSERT INTO groups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  }

  add(completion: CompletionRecord): void {
    const { purpose, split, key } = completion;
    const name = [purpose, split, key.problem, key.step].join('/');
    const group = this.#groups.get(name) ?? new Group(completion);
    this.#groups.set(name, group);
    group.add(completion, this.#solvedBy(key.problem));
  }

  /** Inserts the groups of what was added. */
  write(): void {
    for (const { purpose, split, problem, step, ...sums } of this.#groups.values())
      this.#insert.run(
        purpose,
        split,
        problem,
        step,
        sums.samples,
        sums.scored,
        sums.solved,
        sums.reward,
        sums.errors,
        sums.truncated,
        sums.tokens,
      );
    this.forget();
  }

  /** Forgets what was added, as after a rolled-back transaction. */
  forget(): void {
    this.#groups.clear();
  }
}

class Group {
  readonly purpose: CompletionRecord['purpose'];
  readonly split: CompletionRecord['split'];
  readonly problem: number;
  readonly step: number;
  samples = 0;
  scored = 0;
  solved = 0;
  reward = 0;
  errors = 0;
  truncated = 0;
  tokens = 0;

  constructor({ purpose, split, key }: CompletionRecord) {
    this.purpose = purpose;
    this.split = split;
    this.problem = key.problem;
    this.step = key.step;
  }

  add({ rewards, reward, stopReason, tokens }: CompletionRecord, solvedBy: string): void {
    const verdict = rewards[solvedBy];
    this.samples += 1;
    this.scored += Number(reward !== null);
    this.solved += Number(verdict !== undefined && 'value' in verdict && verdict.value === 1);
    this.reward += reward ?? 0;
    this.errors += Number(failures(rewards) > 0);
    this.truncated += Number(stopReason === 'length');
    this.tokens += tokens.length;
  }
}

/** How many of a completion's reward functions failed. */
export function failures(rewards: CompletionRecord['rewards']): number {
  return Object.values(rewards).filter((result) => 'error' in result).length;
}
