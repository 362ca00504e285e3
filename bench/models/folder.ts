/** A folder with a random model, a tokenizer that it can use, one problem and the experiment that trains on it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { HASH_REWARD } from '../hashReward.ts';
import { GPT2_TOKENIZER, withRandomModel } from '../randomModel.ts';
import type { ModelRow } from './shapes.ts';

export const EXPERIMENT_FILE = 'bench.rlvr.json';
export const PROBLEMS_FILE = 'problems.jsonl';
/** Of the problem, about: a word and a space before it are one token. */
export const PROMPT_TOKENS = 80;
const GROUP_SIZE = 8;
const COMPLETION_TOKENS = 64;
const THREADS = 2;

/** Calls `use` with the folder; it is removed afterwards. */
export function withModelRow<T>(row: ModelRow, use: (folder: string) => Promise<T>): Promise<T> {
  return withRandomModel(
    row.config,
    async (folder) => {
      await writeFile(join(folder, 'tokenizer.json'), await tokenizerOf(Number(row.config['vocab_size'])));
      await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: '<|endoftext|>' }));
      await writeFile(join(folder, 'reward.js'), HASH_REWARD);
      const problem = JSON.stringify({ question: 'cat'.concat(' cat'.repeat(PROMPT_TOKENS - 1)), answer: '1' });
      await writeFile(join(folder, PROBLEMS_FILE), `${problem}\n${problem.replace('cat', 'dog')}\n`);
      await writeFile(join(folder, EXPERIMENT_FILE), JSON.stringify(experimentOf(row)));
      return use(folder);
    },
    row.storedAs,
  );
}

function experimentOf({ base, gradientCheckpointing }: ModelRow): object {
  return {
    model: '.',
    dataset: { source: PROBLEMS_FILE, validation: 1, prompt: '{question}' },
    rewards: [{ file: 'reward.js', function: 'hashed' }],
    lora: { rank: 16, base },
    training: { steps: 1, problemsPerStep: 1, microBatch: GROUP_SIZE, gradientCheckpointing },
    rollout: { groupSize: GROUP_SIZE, maxCompletionLength: COMPLETION_TOKENS },
    evaluation: { every: 0 },
    threads: THREADS,
  };
}

const tokenizerSchema = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.int() })),
  model: z.looseObject({ vocab: z.record(z.string(), z.int()), merges: z.array(z.unknown()) }),
});

/** Of the byte-level alphabet: a merge makes each token behind it. */
const BYTES = 256;

/** GPT-2's, without its last merges where the vocabulary is smaller; the end of text comes last. */
async function tokenizerOf(vocabularySize: number): Promise<string> {
  const text = gunzipSync(await readFile(join(GPT2_TOKENIZER, 'tokenizer.json.gz'))).toString();
  const { added_tokens, model, ...rest } = tokenizerSchema.parse(JSON.parse(text));
  const endOfText = Math.min(vocabularySize - 1, Object.keys(model.vocab).length - 1);
  const kept = Object.entries(model.vocab).filter(([token, id]) => id < endOfText && token !== '<|endoftext|>');
  return JSON.stringify({
    ...rest,
    added_tokens: added_tokens.map((token) => ({ ...token, id: endOfText })),
    model: {
      ...model,
      vocab: Object.fromEntries([...kept, ['<|endoftext|>', endOfText]]),
      merges: model.merges.slice(0, endOfText - BYTES),
    },
  });
}
