/** Completions between their records and their rows. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RewardError, RewardResult, StopReason } from '../protocol/completion.ts';
import type { CompletionRecord, ProblemRecord } from '../protocol/run.ts';
import { decodeFloat32, decodeInt32, encode } from './blobs.ts';
import { bytes, integer, nullable, number, text, word } from './rows.ts';
import type { Row } from './rows.ts';

export const SPLITS: readonly ProblemRecord['split'][] = ['train', 'validation', 'test'];
export const PURPOSES: readonly CompletionRecord['purpose'][] = ['rollout', 'evaluation'];
const STOP_REASONS: readonly StopReason[] = ['stop', 'eos', 'length'];
const ERROR_KINDS: readonly RewardError['kind'][] = [
  'threw',
  'timeout',
  'notFinite',
  'wrongType',
  'wrongLength',
  'crashed',
  'memory',
];

/** What `CompletionReader.read` needs of a row of `completions c`. */
export const COMPLETION_COLUMNS =
  'c.id, c.step, c.purpose, c.split, c.problem, c.occurrence, c.round, c.sample, c.stop_reason, c.reward, c.advantage, c.text, ' +
  'c.tokens, c.logprobs, c.sampled_logprobs';

/** The order of completions wherever there is one: by key, so that it does not depend on the order of writing. */
export const COMPLETION_ORDER = 'c.step, c.purpose, c.split, c.problem, c.occurrence, c.round, c.sample';

/** Reads rows of completions with their rewards. */
export class CompletionReader {
  readonly #rewards: StatementSync;

  constructor(db: DatabaseSync) {
    this.#rewards = db.prepare(
      `SELECT n.name, r.value, r.error_kind, r.error_message FROM rewards r JOIN reward_names n ON n.id = r.reward
       WHERE r.completion = ? ORDER BY r.position`,
    );
  }

  /** @throws BadValueError */
  read(row: Row): CompletionRecord {
    const logprobs = bytes(row, 'logprobs');
    return {
      key: {
        step: integer(row, 'step'),
        problem: integer(row, 'problem'),
        occurrence: integer(row, 'occurrence'),
        round: integer(row, 'round'),
        sample: integer(row, 'sample'),
      },
      purpose: word(row, 'purpose', PURPOSES),
      split: word(row, 'split', SPLITS),
      text: text(row, 'text'),
      tokens: decodeInt32(bytes(row, 'tokens')),
      logprobs: decodeFloat32(logprobs),
      sampledLogprobs: decodeFloat32(nullable(bytes, row, 'sampled_logprobs') ?? logprobs),
      stopReason: word(row, 'stop_reason', STOP_REASONS),
      rewards: Object.fromEntries(
        this.#rewards.all(integer(row, 'id')).map((reward) => [text(reward, 'name'), rewardResult(reward)]),
      ),
      reward: nullable(number, row, 'reward'),
      advantage: nullable(number, row, 'advantage'),
    };
  }
}

function rewardResult(row: Row): RewardResult {
  const kind = nullable((r, column) => word(r, column, ERROR_KINDS), row, 'error_kind');
  return kind === null
    ? { value: nullable(number, row, 'value') }
    : { error: { kind, message: text(row, 'error_message') } };
}

/** Inserts completions with their rewards; the full-text index follows by trigger. */
export class CompletionInserter {
  readonly #completion: StatementSync;
  readonly #reward: StatementSync;
  readonly #rewardId: (name: string) => number;

  /** @param rewardId the id of a reward's name, given one where it has none yet */
  constructor(db: DatabaseSync, rewardId: (name: string) => number) {
    this.#rewardId = rewardId;
    this.#completion = db.prepare(
      `INSERT INTO completions (step, purpose, split, problem, occurrence, round, sample, stop_reason, reward, advantage, text,
       tokens, logprobs, sampled_logprobs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#reward = db.prepare('INSERT INTO rewards VALUES (?, ?, ?, ?, ?, ?)');
  }

  insert(completion: CompletionRecord): void {
    const { key } = completion;
    const logprobs = encode(completion.logprobs);
    const sampled = encode(completion.sampledLogprobs);
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
      completion.text,
      encode(completion.tokens),
      logprobs,
      // Without truncation and penalty the two are the same bytes: a third of the run's size.
      Buffer.compare(logprobs, sampled) === 0 ? null : sampled,
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
    });
  }
}
