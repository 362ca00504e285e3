/** A generator of a fixture model, and requests for it. */
import path from 'node:path';
import type { TestContext } from 'node:test';
import { loadModel, type Model } from '../../src/engine/model/loadModel.ts';
import { frozenParameters } from '../../src/engine/model/parameters.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import type { GenerateRequest } from '../../src/engine/protocol/compute.ts';
import type { SamplingConfig } from '../../src/engine/protocol/experiment.ts';
import { Generator, type GeneratorOptions } from '../../src/engine/rollout/generator.ts';

const fixtures = path.join(import.meta.dirname, '../fixtures');

export const GREEDY: SamplingConfig = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 };
export const PLAIN: SamplingConfig = { ...GREEDY, temperature: 1 };

export interface GeneratorFixture {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly generator: Generator;
}

/**
 * Opens a model folder of the fixtures, all weights frozen. The golden models have no tokenizer; they borrow one, whose texts mean
 * nothing for them.
 */
export async function openGenerator(
  context: TestContext,
  { model: folder, tokenizer: from = folder }: { readonly model: string; readonly tokenizer?: string },
  overrides: Partial<GeneratorOptions> = {},
): Promise<GeneratorFixture> {
  const model = await loadModel(path.join(fixtures, folder));
  const tokenizer = await Tokenizer.load(path.join(fixtures, from), from === folder ? model.folder.eosTokenIds : []);
  const generator = new Generator({
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
    ...overrides,
  });
  context.after(() => generator.release());
  return { model, tokenizer, generator };
}

/** A request for `samples` completions of each prompt. */
export function request(
  prompts: readonly ArrayLike<number>[],
  { samples = 1, ...rest }: Partial<Omit<GenerateRequest, 'groups'>> & { readonly samples?: number } = {},
): GenerateRequest {
  return {
    kind: 'generate',
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
