/** A generator of a fixture model, and requests for it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { loadModel, type Model } from '../../src/engine/model/loadModel.ts';
import { frozenParameters } from '../../src/engine/model/parameters.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import type { Completion } from '../../src/engine/protocol/completion.ts';
import type { GenerateRequest } from '../../src/engine/protocol/compute.ts';
import type { SamplingConfig } from '../../src/engine/protocol/experiment.ts';
import { Generator, type GeneratorOptions } from '../../src/engine/rollout/generator.ts';
import { scoreTokens } from './scoring.ts';

const fixtures = path.join(import.meta.dirname, '../fixtures');

export const GREEDY: SamplingConfig = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 };
export const PLAIN: SamplingConfig = { ...GREEDY, temperature: 1 };

/** Models in float32 agree to this between the ways of computing them (the golden values' tolerance). */
const LOGPROB_TOLERANCE = 2e-4;

export interface GeneratorFixture {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly options: GeneratorOptions;
  readonly generator: Generator;
}

/**
 * Opens a model folder of the fixtures, all weights frozen unless said otherwise. The golden models have no tokenizer; they borrow one,
 * whose texts mean nothing for them. No end of sequence unless given.
 */
export async function openGenerator(
  context: TestContext,
  { model: folder, tokenizer: from = folder }: { readonly model: string; readonly tokenizer?: string },
  overrides: (model: Model) => Partial<GeneratorOptions> | Promise<Partial<GeneratorOptions>> = () => ({}),
): Promise<GeneratorFixture> {
  const model = await loadModel(path.join(fixtures, folder));
  const tokenizer = await Tokenizer.load(path.join(fixtures, from));
  const options = {
    architecture: model.architecture,
    parameters: frozenParameters(model.weights),
    adapter: null,
    feeds: () => ({}),
    weightsFolder: model.weightsFolder,
    tokenizer,
    eosTokenIds: [],
    providers: ['cpu'],
    threads: 1,
    seed: 7,
    ...(await overrides(model)),
  };
  const generator = new Generator(options);
  context.after(() => generator.release());
  return { model, tokenizer, options, generator };
}

/** A request for `samples` completions of each prompt. */
export function request(
  prompts: readonly ArrayLike<number>[],
  { samples = 1, ...rest }: Partial<Omit<GenerateRequest, 'groups'>> & { readonly samples?: number } = {},
): GenerateRequest {
  return {
    kind: 'generate',
    keepPrompts: false,
    groups: prompts.map((prompt, problem) => ({
      prompt: Int32Array.from(prompt),
      keys: Array.from({ length: samples }, (_, sample) => ({ step: 1, problem, occurrence: 0, round: 0, sample })),
    })),
    purpose: 'rollout',
    sampling: GREEDY,
    maxCompletionLength: 20,
    stop: [],
    stopTokens: [],
    maxRows: 64,
    ...rest,
  };
}

/** Every recorded log-probability must be what a pass over the whole sequence gives. */
export async function assertScored(
  options: GeneratorOptions,
  { groups, sampling }: GenerateRequest,
  completions: readonly Completion[],
): Promise<void> {
  const policy = { ...options, weights: options.feeds() };
  const prompts = groups.flatMap(({ prompt, keys }) => keys.map(() => prompt));
  assert.equal(completions.length, prompts.length);
  for (const [index, { tokens, logprobs }] of completions.entries()) {
    const prompt = prompts[index] ?? assert.fail();
    const scores = await scoreTokens(policy, prompt, tokens, sampling.temperature === 0 ? 1 : sampling.temperature);
    assert.equal(logprobs.length, tokens.length);
    for (const [position, score] of scores.entries())
      assert.ok(
        Math.abs((logprobs[position] ?? NaN) - score) <= LOGPROB_TOLERANCE,
        `completion ${index}, token ${position}: ${logprobs[position]} recorded, ${score} scored`,
      );
  }
}
