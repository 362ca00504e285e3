/** Completions between their records and their rows. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CompletionKey, RewardError, RewardResult, StopReason } from '../protocol/completion.ts';
import type { CompletionRecord, ProblemRecord } from '../protocol/run.ts';
import { decodeAscending, decodeFloat32, decodeInt32, encode, encodeAscending } from './blobs.ts';
import { failures } from './groups.ts';
import { bytes, integer, nullable, number, text, word } from './rows.ts';
import type { Row } from './rows.ts';
import { hasAddition, requireAddition } from './schema.ts';

export const SPLITS: readonly ProblemRecord['split'][] = ['train', 'validation', 'test'];
export const PURPOSES: readonly CompletionRecord['purpose'][] = ['rollout', 'evaluation'];
export const STOP_REASONS: readonly StopReason[] = ['stop', 'eos', 'length'];
const ERROR_KINDS: readonly RewardError['kind'][] = [
  'threw',
  'timeout',
  'notFinite',
  'wrongType',
  'wrongLength',
  'crashed',
  'memory',
];

/** What `CompletionReader.read` needs of a row of `COMPLETION_ROWS`. */
export const COMPLETION_COLUMNS =
  'c.id, c.step, c.purpose, c.split, c.problem, c.occurrence, c.round, c.sample, c.stop_reason, c.reward, c.advantage, ' +
  't.text, t.tokens, t.token_ends, t.logprobs, t.sampled_logprobs, t.entropies';

export const COMPLETION_ROWS = 'completions c JOIN contents t ON t.id = c.id';

/** The order of completions wherever there is one: by key, so that it does not depend on the order of writing. */
export const COMPLETION_ORDER = 'c.step, c.purpose, c.split, c.problem, c.occurrence, c.round, c.sample';

/** @throws BadValueError */
export function completionKey(row: Row): CompletionKey {
  return {
    step: integer(row, 'step'),
    problem: integer(row, 'problem'),
    occurrence: integer(row, 'occurrence'),
    round: integer(row, 'round'),
    sample: integer(row, 'sample'),
  };
}

/** Names of the rewards that said which answer they took from a completion, in code-unit order. @throws BadValueError */
export function answeringRewards(db: DatabaseSync): string[] {
  if (!hasAddition(db, 'answers')) return [];
  const sql =
    'SELECT DISTINCT n.name FROM extracted_answers a JOIN rewards r USING (completion, position) JOIN reward_names n ON n.id = r.reward';
  const rows = db.prepare(sql).all();
  return rows.map((row) => text(row, 'name')).sort();
}

/** Reads rows of completions with their rewards. */
export class CompletionReader {
  readonly #rewards: StatementSync;

  constructor(db: DatabaseSync) {
    const [answer, answers] = hasAddition(db, 'answers')
      ? ['a.completion IS NOT NULL AS looked, a.answer', 'LEFT JOIN extracted_answers a USING (completion, position)']
      : ['0 AS looked, NULL AS answer', ''];
    this.#rewards = db.prepare(
      `SELECT n.name, r.value, r.error_kind, r.error_message, ${answer}
       FROM rewards r JOIN reward_names n ON n.id = r.reward ${answers} WHERE r.completion = ? ORDER BY r.position`,
    );
  }

  /** The verdicts on a completion, in the experiment's order. @throws BadValueError */
  rewards(id: number): Record<string, RewardResult> {
    return Object.fromEntries(this.#rewards.all(id).map((reward) => [text(reward, 'name'), rewardResult(reward)]));
  }

  /** @throws BadValueError */
  read(row: Row): CompletionRecord {
    const logprobs = bytes(row, 'logprobs');
    return {
      key: completionKey(row),
      purpose: word(row, 'purpose', PURPOSES),
      split: word(row, 'split', SPLITS),
      text: text(row, 'text'),
      tokens: decodeInt32(bytes(row, 'tokens')),
      logprobs: decodeFloat32(logprobs),
      sampledLogprobs: decodeFloat32(nullable(bytes, row, 'sampled_logprobs') ?? logprobs),
      entropies: decodeFloat32(bytes(row, 'entropies')),
      tokenEnds: decodeAscending(bytes(row, 'token_ends')),
      stopReason: word(row, 'stop_reason', STOP_REASONS),
      rewards: this.rewards(integer(row, 'id')),
      reward: nullable(number, row, 'reward'),
      advantage: nullable(number, row, 'advantage'),
    };
  }
}

function rewardResult(row: Row): RewardResult {
  const kind = nullable((r, column) => word(r, column, ERROR_KINDS), row, 'error_kind');
  if (kind !== null) return { error: { kind, message: text(row, 'error_message') } };
  const value = nullable(number, row, 'value');
  return integer(row, 'looked') === 0 ? { value } : { value, extracted: nullable(text, row, 'answer') };
}

/** Inserts completions with their rewards; the full-text index follows by trigger. */
export class CompletionInserter {
  readonly #completion: StatementSync;
  readonly #content: StatementSync;
  readonly #reward: StatementSync;
  readonly #rewardId: (name: string) => number;
  readonly #db: DatabaseSync;
  /** Made with the first answer: without one the run may have no table for them. */
  #answer: StatementSync | null = null;

  /** @param rewardId the id of a reward's name, given one where it has none yet */
  constructor(db: DatabaseSync, rewardId: (name: string) => number) {
    this.#rewardId = rewardId;
    this.#db = db;
    this.#completion = db.prepare(
      `INSERT INTO completions (step, purpose, split, problem, occurrence, round, sample, stop_reason, reward, advantage, length,
       errors) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#content = db.prepare('INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#reward = db.prepare('INSERT INTO rewards VALUES (?, ?, ?, ?, ?, ?)');
  }

  insert(completion: CompletionRecord): void {
    const { key } = completion;
    const { lastInsertRowid } = this.#completion.run(
      key.step,
      completion.purpose,
      completion.split,
      key.problem,
      key.occurrence,
      key.round,
      key.sample,
      completion.stopReason,
      completion.reward,
      completion.advantage,
      completion.tokens.length,
      failures(completion.rewards),
    );
    const logprobs = encode(completion.logprobs);
    const sampled = encode(completion.sampledLogprobs);
    this.#content.run(
      lastInsertRowid,
      completion.text,
      encode(completion.tokens),
      encodeAscending(completion.tokenEnds),
      logprobs,
      // Without truncation and penalty the two are the same bytes: a third of the run's size.
      Buffer.compare(logprobs, sampled) === 0 ? null : sampled,
      encode(completion.entropies),
    );
    Object.entries(completion.rewards).forEach(([name, result], position) => {
      const value = 'error' in result ? null : result.value;
      const error = 'error' in result ? result.error : null;
      this.#reward.run(
        lastInsertRowid,
        position,
        this.#rewardId(name),
        value,
        error?.kind ?? null,
        error?.message ?? null,
      );
      if ('value' in result && result.extracted !== undefined)
        this.#answers().run(lastInsertRowid, position, result.extracted);
    });
  }

  /** Forgets what a rolled-back transaction may have taken with it. */
  rolledBack(): void {
    this.#answer = null;
  }

  #answers(): StatementSync {
    if (this.#answer === null) {
      requireAddition(this.#db, 'answers');
      this.#answer = this.#db.prepare('INSERT INTO extracted_answers VALUES (?, ?, ?)');
    }
    return this.#answer;
  }
}
