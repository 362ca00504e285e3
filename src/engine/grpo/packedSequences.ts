/** From rows to the inputs that lay out a packed batch in a training or scoring graph. */
import type { Tensor } from '../onnx/session.ts';
import { PADDING } from '../model/tokenLayout.ts';
import { uniform } from '../random/keyed.ts';
import type { SequenceRow } from './sharedPrompts.ts';
import { listTokens } from './tokenList.ts';
import { INPUTS } from './trainingGraph.ts';

/**
 * The hidden state of a token predicts the next one: that of a prompt's last token the first of each of its completions. The states that
 * predict are those of the prompts' ends, and then those of all tokens of completions in the list.
 */
export function packSequences(rows: readonly SequenceRow[], temperature: number): Record<string, Tensor> {
  const { prompts, promptTime, width, time, tokens, promptTokens, rows: places } = listTokens(rows);
  const promptPlaces = prompts.length * promptTime;
  const tokenAt = new Array<number>(promptPlaces + prompts.length * width * time).fill(PADDING);
  for (const [index, { place }] of tokens.entries()) tokenAt[place] = index;

  let end = -1;
  const states = prompts.map(({ prompt }) => (end += prompt.length));
  for (let index = promptTokens; index < tokens.length; index++) states.push(index);
  const origins = new Array<number>(tokens.length).fill(PADDING);
  for (const [state, token] of states.entries()) origins[token] = state;

  // The state of the token at `start` is the first behind those of the prompts and of the completions before.
  const predicting = rows.flatMap(({ tokens: completion }, row) => {
    const { prompt = 0, start = 0 } = places[row] ?? {};
    const firstState = prompts.length + start - promptTokens;
    return Array.from(completion, (_, position) => (position === 0 ? prompt : firstState + position - 1));
  });
  return {
    [INPUTS.tokens]: ints(tokens.map(({ token }) => token)),
    [INPUTS.positions]: ints(tokens.map(({ position }) => position)),
    [INPUTS.promptLengths]: ints(prompts.map(({ prompt }) => prompt.length)),
    [INPUTS.promptTokens]: ints(tokenAt.slice(0, promptPlaces), [prompts.length, promptTime]),
    [INPUTS.completionTokens]: ints(tokenAt.slice(promptPlaces), [prompts.length, width, time]),
    [INPUTS.places]: ints(tokens.map(({ place }) => place)),
    [INPUTS.states]: ints(states),
    [INPUTS.origins]: ints(origins),
    [INPUTS.predicting]: ints(predicting),
    [INPUTS.targets]: ints(rows.flatMap(({ tokens: completion }) => [...completion])),
    [INPUTS.temperature]: { data: Float32Array.of(temperature), dims: [] },
  };
}

/**
 * A random key for each token of the list, int64 `[tokens]` in 1 .. 2^31 - 2, by its position and the name of its row, or of the problem
 * where it is a prompt's, so that its mask does not depend on the micro-batch. Tokens of a prompt are dropped once for all rows that
 * share it; passes over the same rows draw anew.
 */
export function packDropoutKeys(rows: readonly SequenceRow[], seed: number, iteration: number): Tensor {
  return ints(
    listTokens(rows).tokens.map(
      ({ key, position }) => 1 + Math.floor(uniform(seed, 'dropout', key, iteration * MAX_TIME + position) * MAX_KEY),
    ),
  );
}

/** Positions that one pass may use up in the random numbers' token field: beyond any context. */
const MAX_TIME = 2 ** 20;
const MAX_KEY = 2 ** 31 - 2;

function ints(numbers: readonly number[], dims: readonly number[] = [numbers.length]): Tensor {
  return { data: BigInt64Array.from(numbers, BigInt), dims };
}
