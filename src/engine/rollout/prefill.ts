/** Running prompts through the model once, for all completions that follow them. */
import type { AnyTensor, Feeds, Session } from '../onnx/session.ts';
import { NAMES } from './graphs.ts';
import { NOTHING, type PrefilledPrompt } from './kvCache.ts';
import { dispose, keyValueOutputs } from './outputs.ts';
import { integerTensor } from './tensors.ts';

/** Prefills several prompts in one run; the shorter ones are padded to the longest. */
export async function prefill(
  session: Session<AnyTensor>,
  prompts: readonly Int32Array[],
  layers: number,
  weights: Feeds,
): Promise<PrefilledPrompt[]> {
  const time = Math.max(...prompts.map((prompt) => prompt.length - 1));
  if (time === 0) return prompts.map(() => NOTHING);
  const tokens = new Int32Array(prompts.length * time);
  for (const [row, prompt] of prompts.entries()) tokens.set(prompt.subarray(0, -1), row * time);
  const outputs = await session.run({ ...weights, [NAMES.tokens]: integerTensor(tokens, [prompts.length, time]) });
  const keyValues = keyValueOutputs(outputs, layers);
  let unreleased = prompts.length;
  const release = (): void => {
    if (--unreleased === 0) dispose(Object.values(outputs));
  };
  return prompts.map((prompt, row) => ({ layers: keyValues, row, time, length: prompt.length - 1, release }));
}
