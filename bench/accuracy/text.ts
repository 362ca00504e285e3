/** What few bits do to a language model before any training: how well stories260K in each form foretells texts. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { PolicyHost } from '../../src/engine/compute/policyHost.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import type { ScoreRequest } from '../../src/engine/protocol/compute.ts';
import { baseNames, type Base } from './forms.ts';
import { STORIES_MODEL } from './tasks.ts';
import { defaults, generateRequest } from '../speed/works/policy.ts';

const PROBLEMS = join(import.meta.dirname, '../../test/fixtures/gsm8k/train.jsonl');
const PROMPT = 'Once upon a time';
const STORIES = 64;
const STORY_TOKENS = 128;

type Rows = ScoreRequest['rows'];

export interface Foretold {
  readonly text: string;
  readonly form: Base;
  readonly tokens: number;
  /** exp of the mean negative log-probability of a token. */
  readonly perplexity: number;
  /** Mean log-probability of a token below that of float32: on its own samples the KL divergence from it. */
  readonly loss: number;
}

/** Two texts in every form: stories that the exact model wrote itself, and problems of GSM8K, which it was not made for. */
export async function foretold(): Promise<Foretold[]> {
  const exact = await openForm('float32');
  const texts = { 'its own stories': await ownStories(exact), 'GSM8K problems': await problems() };
  const results: Foretold[] = [];
  for (const [text, rows] of Object.entries(texts)) {
    const least = await meanLogprob(exact, rows);
    for (const form of baseNames) {
      const logprob = form === 'float32' ? least : await meanLogprob(await openForm(form), rows);
      const tokens = rows.reduce((sum, row) => sum + row.tokens.length, 0);
      results.push({ text, form, tokens, perplexity: Math.exp(-logprob), loss: least - logprob });
    }
  }
  return results;
}

async function openForm(base: Base): Promise<PolicyHost> {
  const host = new PolicyHost();
  const { lora = null, rollout } = defaults(base);
  const { weights: rolloutWeights } = rollout;
  await host.load({
    ...{ kind: 'load', model: STORIES_MODEL, lora, rolloutWeights, state: null, seed: 0, device: 'cpu', threads: 1 },
  });
  return host;
}

async function ownStories(exact: PolicyHost): Promise<Rows> {
  const prompt = (await Tokenizer.load(STORIES_MODEL)).encode(PROMPT);
  const asked = generateRequest([[...prompt]], { samples: STORIES, newTokens: STORY_TOKENS, round: 0 });
  const stories = await exact.generate(asked);
  return stories.map(({ key, tokens }) => ({ key, prompt: Int32Array.from(prompt), tokens }));
}

const problemSchema = z.object({ question: z.string() });

async function problems(): Promise<Rows> {
  const tokenizer = await Tokenizer.load(STORIES_MODEL);
  const lines = (await readFile(PROBLEMS, 'utf8')).trim().split('\n').slice(0, STORIES);
  return lines.map((line, problem) => {
    const [first = 0, ...rest] = tokenizer.encode(problemSchema.parse(JSON.parse(line)).question);
    return {
      key: { step: 0, problem, occurrence: 0, round: 0, sample: 0 },
      prompt: Int32Array.of(first),
      tokens: Int32Array.from(rest.slice(0, STORY_TOKENS)),
    };
  });
}

async function meanLogprob(host: PolicyHost, rows: Rows): Promise<number> {
  const { logprobs } = await host.score({
    kind: 'score',
    policy: 'current',
    rows,
    dropout: false,
    temperature: 1,
    microBatch: 16,
    requireFinite: true,
  });
  const values = logprobs.flatMap((row) => [...row]);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
