/** Completions as a reward function sees them: group by group, with what they were worth. */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { CompletionKey, RewardResult } from '../protocol/completion.ts';
import type { RewardVersion, StoredGroup } from '../protocol/scoring.ts';
import { skippedByTask, skippedRewards, taskOfProblem } from '../protocol/tasks.ts';
import { CompletionReader, completionKey } from './completionRows.ts';
import { parseJsonObject } from './manifest.ts';
import type { RunReader } from './reader.ts';
import { integer, nullable, number, text } from './rows.ts';
import { VISIBLE } from './visible.ts';

export interface StoredCompletion {
  readonly key: CompletionKey;
  readonly text: string;
  /** Number of tokens, the one that ended the completion included. */
  readonly tokens: number;
  readonly rewards: Readonly<Record<string, RewardResult>>;
  readonly reward: number | null;
}

/** Completions that were scored together. */
export interface ScoredGroup {
  /** Which of the groups asked for it belongs to: a problem may have been drawn more than once in a step. */
  readonly asked: number;
  readonly row: Readonly<Record<string, unknown>>;
  readonly prompt: string;
  /** The training step that it was sampled in; left out of an evaluation, in which nothing is trained. */
  readonly step?: number;
  /** The step whose weights make the sum of the rewards: that, or the one after which it was evaluated. */
  readonly weighedAt: number;
  /** Names of rewards that do not apply to the problem's task. */
  readonly skip?: readonly string[];
  readonly completions: readonly StoredCompletion[];
}

/**
 * For each group that is asked for, its completions in the order of their keys; none where there are none.
 * @param skipped of the experiment whose rewards are to score them; left out, of the run's own
 * @throws UserError where that experiment has other tasks than the run
 */
export function readStoredGroups(
  reader: RunReader,
  asked: readonly StoredGroup[],
  skipped?: RewardVersion['skipped'],
): ScoredGroup[] {
  return reader.query((db) => {
    const completions = new CompletionReader(db);
    const rows = db.prepare(
      `SELECT c.id, c.step, c.problem, c.occurrence, c.round, c.sample, c.reward, c.length, t.text
       FROM completions c JOIN contents t ON t.id = c.id
       WHERE c.step = ? AND c.purpose = ? AND c.split = ? AND c.problem = ? AND c.${VISIBLE}
       ORDER BY c.occurrence, c.round, c.sample`,
    );
    const problems = new Problems(db);
    const { manifest } = reader;
    const own = (): Record<string, string[]> =>
      manifest.tasks === undefined ? {} : skippedByTask(reader.experiment());
    const skipOf = skippedRewards(skipped ?? own());
    return asked.flatMap(({ step, purpose, split, problem }, index) => {
      const found = problems.get(split, problem);
      if (found === null) return [];
      const groups = new Map<string, StoredCompletion[]>();
      for (const row of rows.all(step, purpose, split, problem)) {
        const key = completionKey(row);
        const name = `${key.occurrence} ${key.round}`;
        const group = groups.get(name) ?? [];
        groups.set(name, group);
        group.push({
          key,
          text: text(row, 'text'),
          tokens: integer(row, 'length'),
          rewards: completions.rewards(integer(row, 'id')),
          reward: nullable(number, row, 'reward'),
        });
      }
      const trained = { weighedAt: step, ...(purpose === 'rollout' ? { step } : {}) };
      const told = { ...trained, ...skipOf(taskOfProblem(manifest, problem)) };
      return [...groups.values()].map((completed) => ({ asked: index, ...found, ...told, completions: completed }));
    });
  });
}

interface Problem {
  readonly row: Readonly<Record<string, unknown>>;
  readonly prompt: string;
}

/** Each problem is read once: a sample of a run has many groups of few problems. */
class Problems {
  readonly #db: DatabaseSync;
  readonly #known = new Map<string, Problem | null>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get(split: string, problem: number): Problem | null {
    const name = `${split} ${problem}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const found = this.#db
      .prepare('SELECT prompt, columns FROM problems WHERE split = ? AND problem = ?')
      .get(split, problem);
    const read =
      found === undefined ? null : { row: parseJsonObject(text(found, 'columns')), prompt: text(found, 'prompt') };
    this.#known.set(name, read);
    return read;
  }
}

/** Completions of a kind, whether they are asked for or not. */
export function countStored(reader: RunReader, { purpose, split }: Pick<StoredGroup, 'purpose' | 'split'>): number {
  return reader.query((db) => {
    const row = db
      .prepare(`SELECT coalesce(sum(samples), 0) AS stored FROM groups WHERE purpose = ? AND split = ? AND ${VISIBLE}`)
      .get(purpose, split);
    return row === undefined ? 0 : integer(row, 'stored');
  });
}

/**
 * Groups that stand for a run: whole ones, evenly over its steps from the first to the newest, until they have `completions`
 * completions or there are no more. Which of a step's is left to chance: the number of a problem tells its task, and going by it could take those of one
 * task alone. The same ones every time; in the order of steps and problems.
 */
export function sampleGroups(
  reader: RunReader,
  { purpose, split }: Pick<StoredGroup, 'purpose' | 'split'>,
  completions: number,
): StoredGroup[] {
  return reader.query((db) => {
    const rows = db
      .prepare(
        `SELECT step, problem, samples FROM groups WHERE purpose = ? AND split = ? AND ${VISIBLE} ORDER BY step, problem`,
      )
      .all(purpose, split);
    const groups = rows.map((row) => {
      const [step, problem] = [integer(row, 'step'), integer(row, 'problem')];
      const lot = createHash('sha256').update(`${step} ${problem}`).digest().readUInt32BE();
      return { step, problem, samples: integer(row, 'samples'), lot };
    });
    const total = groups.reduce((sum, { samples }) => sum + samples, 0);
    const share = Math.min(1, completions / Math.max(1, total));
    const chosen = new Set<(typeof groups)[number]>();
    let credit = 0;
    let taken = 0;
    for (const group of groups.toSorted((a, b) => a.step - b.step || a.lot - b.lot)) {
      const { samples } = group;
      credit += samples * share;
      // Half a group ahead of the credit, so that the first steps are there and the count comes out.
      if (taken + samples / 2 > credit || taken + samples > completions) continue;
      taken += samples;
      chosen.add(group);
    }
    return groups.filter((group) => chosen.has(group)).map(({ step, problem }) => ({ step, purpose, split, problem }));
  });
}
