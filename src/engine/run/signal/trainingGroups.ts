/** The groups of training problems, as far as whether anything was to be learned from them is concerned. */
import type { RewardResult, StopReason } from '../../protocol/completion.ts';
import { CompletionReader, STOP_REASONS } from '../completionRows.ts';
import type { RunReader } from '../reader.ts';
import { integer, nullable, number, text, word } from '../rows.ts';
import { VISIBLE } from '../visible.ts';

/** A completion of a group without what is long. */
export interface GroupMember {
  /** Of its row, for `readVerdicts` and `readTexts`. */
  readonly id: number;
  readonly stopReason: StopReason;
  readonly reward: number | null;
  /** null for what dynamic sampling threw away or screening put aside. */
  readonly advantage: number | null;
}

/** Completions whose rewards were compared with each other: a problem that was drawn twice in a step has two groups. */
export interface TrainingGroup {
  readonly step: number;
  readonly problem: number;
  readonly members: readonly GroupMember[];
}

/** A step that has training completions. */
export interface TrainingStep {
  readonly step: number;
  /** Sums over its groups as text: a resumed run may write a step again, and where that comes out otherwise these do too. */
  readonly sums: string;
}

const TRAINED = "purpose = 'rollout' AND split = 'train'";

/**
 * The newest steps up to `last` that have training completions, ascending: at most `steps` of them, and fewer where they have more
 * than `completions`, but one at least.
 */
export function newestTrainingSteps(
  reader: RunReader,
  last: number,
  { steps, completions }: { readonly steps: number; readonly completions: number },
): TrainingStep[] {
  return reader.query((db) => {
    const rows = db
      .prepare(
        `SELECT step, sum(samples) AS samples, sum(scored) AS scored, sum(solved) AS solved, sum(reward) AS reward,
           sum(errors) AS errors, sum(truncated) AS truncated, sum(tokens) AS tokens FROM groups
         WHERE ${TRAINED} AND step <= ? AND ${VISIBLE} GROUP BY step ORDER BY step DESC LIMIT ?`,
      )
      .all(last, steps);
    const found: TrainingStep[] = [];
    let sum = 0;
    for (const row of rows) {
      sum += integer(row, 'samples');
      if (found.length > 0 && sum > completions) break;
      found.unshift({ step: integer(row, 'step'), sums: JSON.stringify(row) });
    }
    return found;
  });
}

/** By step, the tokens of all completions of training problems, whatever became of them. */
export function readTokensByStep(reader: RunReader): Map<number, number> {
  return reader.query((db) => {
    const rows = db.prepare(
      `SELECT step, sum(tokens) AS tokens FROM groups WHERE ${TRAINED} AND ${VISIBLE} GROUP BY step`,
    );
    return new Map(rows.all().map((row) => [integer(row, 'step'), integer(row, 'tokens')]));
  });
}

/** The training groups of a step, in the order of their keys. */
export function readTrainingGroups(reader: RunReader, step: number): TrainingGroup[] {
  return reader.query((db) => {
    const rows = db
      .prepare(
        `SELECT id, problem, occurrence, round, stop_reason, reward, advantage FROM completions
         WHERE step = ? AND ${TRAINED} AND ${VISIBLE} ORDER BY problem, occurrence, round, sample`,
      )
      .all(step);
    const groups = new Map<string, { readonly problem: number; readonly members: GroupMember[] }>();
    for (const row of rows) {
      const problem = integer(row, 'problem');
      const name = [problem, integer(row, 'occurrence'), integer(row, 'round')].join('/');
      const group = groups.get(name) ?? { problem, members: [] };
      groups.set(name, group);
      group.members.push({
        id: integer(row, 'id'),
        stopReason: word(row, 'stop_reason', STOP_REASONS),
        reward: nullable(number, row, 'reward'),
        advantage: nullable(number, row, 'advantage'),
      });
    }
    return Array.from(groups.values(), (group) => ({ step, ...group }));
  });
}

/** What the reward functions said of a group's completions, each by name. */
export function readVerdicts(reader: RunReader, members: readonly GroupMember[]): Record<string, RewardResult>[] {
  return reader.query((db) => {
    const completions = new CompletionReader(db);
    return members.map(({ id }) => completions.rewards(id));
  });
}

/** The texts of a group's completions. */
export function readTexts(reader: RunReader, members: readonly Pick<GroupMember, 'id'>[]): string[] {
  return reader.query((db) => {
    const select = db.prepare('SELECT text FROM contents WHERE id = ?');
    return members.map(({ id }) => text(select.get(id) ?? {}, 'text'));
  });
}
