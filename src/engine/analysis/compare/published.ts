/**
 * Results that others have published, to stand beside a run. None was measured here: prompts, extraction rules, problems and budgets are
 * theirs, which the source tells of.
 */
import { publishedBenchmarks, type PublishedBenchmark, type PublishedResult } from '../../protocol/comparison.ts';
import { UserError } from '../../protocol/errors.ts';
import type { Experiment } from '../../protocol/experiment.ts';

const COCONUT = 'Coconut, arXiv:2412.06769, table 1';
const MODERN_LLM = 'AymanMahfuz27/modern_llm, report/gsm8k_benchmark_report.md';
const NANO_GPT = 'a5c-ai/nanoGPT, GPU_VALIDATION_RESULTS.md';
const VERIFIERS = 'openai/grade-school-math, released solutions (n = 1,319)';
const VERL = 'verl documentation, baseline page';
const STRICT = 'abhishuoza.github.io (about two thirds of the strict gain is format)';
const SPURIOUS = 'Spurious Rewards, arXiv:2506.10947';

type Row = readonly [model: string, setting: string, result: string, source: string];

const TABLE: Readonly<Record<PublishedBenchmark, readonly Row[]>> = {
  gsm8k: [
    ['GPT-2 124M', 'zero-shot', '0 of 50 (Wilson 95 %: 0 to 7.1 %)', MODERN_LLM],
    ['GPT-2 124M', 'fine-tuned on GSM8K chains, 200 problems', 'pass@1 1.5 %, pass@16 22 %, maj@16 1.5 %', NANO_GPT],
    [
      'GPT-2 124M',
      'the same + GRPO, 500 iterations, G = 8',
      'pass@1 2.0 % [0.5, 4], pass@16 22 %, maj@16 3.0 %',
      NANO_GPT,
    ],
    ['GPT-2 124M', 'fine-tuned on GSM8k-Aug (385k)', '42.9 ± 0.2 %', COCONUT],
    ['GPT-3 6B', 'fine-tuned', '21.7 %', VERIFIERS],
    ['GPT-3 6B', 'fine-tuned + verifier', '39.0 %', VERIFIERS],
    ['GPT-3 175B', 'fine-tuned', '34.7 %', VERIFIERS],
    ['GPT-3 175B', 'fine-tuned + verifier', '56.3 %', VERIFIERS],
    ['Qwen2.5-0.5B-Instruct', 'as released', '49.6 %', VERL],
    ['Qwen2.5-0.5B-Instruct', 'GRPO with LoRA', '54.3 %', VERL],
    ['Qwen2.5-0.5B-Instruct', 'PPO', '56.7 %', VERL],
    ['Qwen2.5-0.5B-Instruct', 'PRIME', '58.7 %', VERL],
    ['Qwen2.5-1.5B', 'GRPO with LoRA', '77.9 %', VERL],
    ['Qwen2.5-3B', 'GRPO with LoRA', '86.1 %', VERL],
    ['Qwen2.5-7B', 'GRPO with LoRA', '93.4 %', VERL],
    ['Qwen2.5-14B', 'GRPO with LoRA', '94.6 %', VERL],
    ['gemma-2-2b-it', 'as released', '23.9 %', VERL],
    ['gemma-2-2b-it', 'supervised', '52.1 %', VERL],
    ['gemma-2-2b-it', 'PPO', '64.0 %', VERL],
    ['Qwen2.5-1.5B-Instruct', 'GRPO, strict answer match', '1.7 to 48.7 %', STRICT],
    ['Qwen2.5-1.5B-Instruct', 'GRPO, lenient answer match', '38.3 to 55.0 %', STRICT],
  ],
  math500: [['Qwen2.5-Math-7B', 'random rewards', '+21.4 points', SPURIOUS]],
};

/** What a dataset's name has in it, spelt as one likes. */
const NAMES: Readonly<Record<PublishedBenchmark, RegExp>> = { gsm8k: /gsm-?_?8k/i, math500: /math-?_?500/i };

export function publishedResults(benchmark: PublishedBenchmark): PublishedResult[] {
  return TABLE[benchmark].map(([model, setting, result, source]) => ({ benchmark, model, setting, result, source }));
}

/** Of the benchmark that all of the experiments name as their dataset; nothing where they name none, or several. */
export function publishedFor(experiments: readonly Experiment[]): PublishedResult[] {
  const names = experiments.map(datasetNames);
  const found = publishedBenchmarks.filter((benchmark) => names.every((name) => NAMES[benchmark].test(name)));
  const [only, ...others] = names.length === 0 ? [] : found;
  return only === undefined || others.length > 0 ? [] : publishedResults(only);
}

/**
 * Its files' alone: how answers are asked for (`format: "gsm8k"`) says nothing of the problems. Nothing of several tasks: what is
 * published is of one.
 */
function datasetNames({ dataset }: Experiment): string {
  const { source, validation, test } = dataset ?? {};
  return [source, validation, test].filter((name) => typeof name === 'string').join('\n');
}

/** @throws UserError for another name */
export function parseBenchmark(name: string): PublishedBenchmark {
  const known = publishedBenchmarks.find((benchmark) => benchmark === name);
  if (known === undefined)
    throw new UserError(
      `There are no published results for "${name}"; there are for ${publishedBenchmarks.join(' and ')}.`,
    );
  return known;
}
