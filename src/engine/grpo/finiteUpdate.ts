/** An update is made of numbers or not made: what stops it names the tensor and the completion. */
import { completionPlace, firstNonFinite, nonFiniteWords } from '../model/nonFinite.ts';
import type { TrainableTensor } from '../model/policy.ts';
import type { CompletionKey } from '../protocol/completion.ts';
import type { Descent, TrainingRow } from '../protocol/compute.ts';
import { NonFiniteError, type NonFinitePlace } from '../protocol/errors.ts';

/**
 * Log-probabilities of completions, `[tokens]` per row, are numbers.
 * @throws NonFiniteError
 */
export function requireFiniteLogprobs(
  rows: readonly { readonly key: CompletionKey }[],
  logprobs: readonly Float32Array[],
  place: NonFinitePlace,
): void {
  for (const [index, { key }] of rows.entries()) {
    const token = firstNonFinite(logprobs[index] ?? new Float32Array());
    if (token < 0) continue;
    const whose = place === 'score' ? 'when the completion was scored' : 'in the update';
    throw new NonFiniteError(
      `A log-probability is ${logprobs[index]?.[token] ?? NaN} ${whose} (${completionPlace(key)}, token ${token}).`,
      { place, step: key.step },
    );
  }
}

export interface Update {
  readonly trainable: ReadonlyMap<string, TrainableTensor>;
  /** The training step that it is made in. */
  readonly step: number;
}

/** @param culprit the row whose own loss or gradient is no number; null where only the sum of all is none */
export function descentError(
  { loss, gradients }: Descent,
  { trainable, step }: Update,
  culprit: Pick<TrainingRow, 'key' | 'advantage'> | null,
): NonFiniteError {
  const found = Array.from(gradients, ([name, data]) =>
    nonFiniteWords(`the gradient of ${name}`, { shape: trainable.get(name)?.shape ?? [data.length], data }),
  ).filter((words) => words !== null);
  const others = found.length > 1 ? ` (and those of ${found.length - 1} more tensors)` : '';
  const gradient = found[0] === undefined ? '' : `, ${found[0]}${others}`;
  const whose =
    culprit === null
      ? 'Each completion alone gives numbers, and their sum is too large'
      : `It comes from ${completionPlace(culprit.key)}`;
  const said = `No update was made: the loss is ${loss}${gradient}. ${whose}`;
  // A reward may be any number, and what is computed from it is float32.
  if (culprit === null || Number.isFinite(Math.fround(culprit.advantage)))
    return new NonFiniteError(`${said}.`, { place: 'update', step });
  const advantage = `whose advantage of ${culprit.advantage.toPrecision(3)} is beyond float32: let the reward return smaller values`;
  return new NonFiniteError(`${said}, ${advantage}.`, { place: 'advantage', step });
}

const SMALLER = 'let the reward return smaller values, or set optimizer.maxGradNorm';

/** The root of the largest float32. */
const LARGEST_SQUARED = Math.sqrt(2 ** 128 * (1 - 2 ** -24));

/**
 * The weights after an update are numbers, and so is the state of the optimiser: where a second moment is infinite, its weight would never move again.
 *
 * A second moment is a mean of squares of gradients. With a norm whose own square is a float32 it is one too, and need not be looked at.
 * @param norm of the gradients as the optimiser read them
 * @param state of the optimiser, by name
 * @throws NonFiniteError
 */
export function requireFiniteUpdate(
  { trainable, step }: Update,
  norm: number,
  state: () => ReadonlyMap<string, Float32Array>,
): void {
  const givenUp = (what: string, words: string): NonFiniteError =>
    new NonFiniteError(`The update made ${what} that are no numbers, and was given up: ${words}.`, {
      place: 'update',
      step,
    });
  for (const [name, tensor] of trainable) {
    const words = nonFiniteWords(name, tensor);
    if (words !== null) throw givenUp('weights', words);
  }
  if (norm <= LARGEST_SQUARED) return;
  for (const [name, data] of state()) {
    const words = nonFiniteWords(name, { shape: [data.length], data });
    if (words !== null)
      throw givenUp(
        'moments of the optimiser',
        `${words}. The norm of the gradient is ${norm.toPrecision(3)}: ${SMALLER}`,
      );
  }
}
