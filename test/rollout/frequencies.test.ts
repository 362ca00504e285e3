/** Tokens are drawn as often as they should be, with the random numbers that runs really use. Fixed seeds: the outcome never varies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Completion } from '../../src/engine/protocol/completion.ts';
import { openGenerator, PLAIN, request } from '../support/rollout.ts';

/** Tokens expected less often than this are counted together, as Pearson's test asks for. */
const SMALLEST_EXPECTED = 5;
/** Normal quantile of a test that a right sampler passes in 99.9 % of all seeds. */
const QUANTILE = 3.09;

/**
 * Pearson's chi-square test of first tokens against the probabilities that were recorded with them; tokens that were never drawn are
 * the rest. The critical value is Wilson and Hilferty's (1931).
 */
function assertFrequencies(draws: readonly { readonly token: number; readonly probability: number }[]): void {
  const counts = new Map<number, { count: number; expected: number }>();
  for (const { token, probability } of draws) {
    const entry = counts.get(token) ?? { count: 0, expected: probability * draws.length };
    entry.count++;
    counts.set(token, entry);
  }
  const common = [...counts.values()].filter(({ expected }) => expected >= SMALLEST_EXPECTED);
  const rest = common.reduce(
    (left, { count, expected }) => ({ count: left.count - count, expected: left.expected - expected }),
    { count: draws.length, expected: draws.length },
  );
  const cells = rest.expected >= SMALLEST_EXPECTED ? [...common, rest] : common;
  const statistic = cells.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = cells.length - 1;
  assert.ok(freedom >= 5, 'enough tokens are possible for a test');
  const critical = freedom * (1 - 2 / (9 * freedom) + QUANTILE * Math.sqrt(2 / (9 * freedom))) ** 3;
  assert.ok(statistic < critical, `chi-square ${statistic} with ${freedom} degrees of freedom, at most ${critical}`);
}

const drawAt = ({ tokens, sampledLogprobs }: Completion, position: number) => ({
  token: tokens[position] ?? NaN,
  probability: Math.exp(sampledLogprobs[position] ?? NaN),
});

const SAMPLES = 6000;

for (const [name, sampling] of Object.entries({
  plain: PLAIN,
  'hot and truncated': { ...PLAIN, temperature: 1.5, topP: 0.9, topK: 60 },
})) {
  test(`${name}: first and second tokens are drawn with their probabilities`, async (context) => {
    const { generator, tokenizer } = await openGenerator(context, { model: 'stories260K' });
    const prompt = tokenizer.encode('One day, the');
    const asked = request([prompt], { samples: SAMPLES, sampling, maxCompletionLength: 2, maxRows: 1000 });
    const completions = await generator.generate(asked);
    assertFrequencies(completions.map((completion) => drawAt(completion, 0)));
    // Second tokens have one distribution only after one and the same first token: the commonest.
    const firsts = new Map<number, Completion[]>();
    for (const completion of completions) {
      const first = completion.tokens[0] ?? NaN;
      firsts.set(first, [...(firsts.get(first) ?? []), completion]);
    }
    const [commonest] = [...firsts.values()].sort((a, b) => b.length - a.length);
    assert.ok(commonest);
    assertFrequencies(commonest.map((completion) => drawAt(completion, 1)));
  });
}
