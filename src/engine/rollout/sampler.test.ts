import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floats } from '../../../test/support/onnx.ts';
import { referenceDistribution } from '../../../test/support/referenceSampling.ts';
import { Session } from '../onnx/session.ts';
import type { SamplingConfig } from '../protocol/experiment.ts';
import { uniforms } from '../random/keyed.ts';
import { buildSamplingGraph, type TracedPolicy } from './graphs.ts';
import { Sampler, type DrawnTokens } from './sampler.ts';
import { planSampling } from './sampling.ts';
import { SeenTokens } from './seenTokens.ts';

const PLAIN: SamplingConfig = { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 };

/** A policy whose head is the identity, so that its hidden states are its logits. */
function identityPolicy(size: number): TracedPolicy {
  const identity = Float32Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0));
  return {
    architecture: {
      name: 'identity',
      vocabularySize: size,
      hiddenSize: size,
      layers: 0,
      keyValueHeads: 1,
      headSize: 1,
      contextLength: 1,
      headParameter: 'head',
      headBias: null,
      optionalPrefix: null,
      forward: () => assert.fail('only the head is used'),
    },
    parameters: (graph) => graph.constant('float32', [size, size], identity),
    adapter: null,
  };
}

/** One token for each row of logits, from the uniform number of that row. */
async function draw(
  sampling: SamplingConfig,
  logits: readonly (readonly number[])[],
  drawn: readonly number[],
  seenTokens: ReadonlySet<number> = new Set(),
): Promise<DrawnTokens> {
  const size = logits[0]?.length ?? 0;
  const plan = planSampling(sampling, size);
  const seen = plan.penalty ? new SeenTokens(logits.length, size) : null;
  logits.forEach(() => seen?.add(Int32Array.from(seenTokens)));
  const model = buildSamplingGraph(identityPolicy(size), plan);
  const session = await Session.open(model, { providers: ['cpu'], threads: 1, use: 'decode' });
  try {
    const hidden = floats([logits.length, size], logits.flat());
    const sampler = new Sampler(() => Promise.resolve(session), plan, sampling, size, {});
    return await sampler.draw(hidden, Float32Array.from(drawn), seen?.tensor() ?? null);
  } finally {
    await session.release();
  }
}

function randomLogits(size: number, spread: number, stream: number): number[] {
  const next = uniforms(11, 'init', [stream]);
  return Array.from({ length: size }, () => Math.fround((next() - 0.5) * spread));
}

const GRID = 3000;
const grid = Array.from({ length: GRID }, (_, i) => Math.fround((i + 0.5) / GRID));

/** In nats. */
function entropyOf(probabilities: readonly number[]): number {
  return -probabilities.reduce((sum, p) => sum + (p === 0 ? 0 : p * Math.log(p)), 0);
}

/** Draws with a grid of numbers: every token must get its share of them, and its two log-probabilities. */
async function checkShares(
  sampling: SamplingConfig,
  logits: readonly number[],
  seen: ReadonlySet<number> = new Set(),
): Promise<void> {
  const { policy, sampled } = referenceDistribution(logits, sampling, seen);
  const { tokens, logprobs, sampledLogprobs, entropies } = await draw(
    sampling,
    grid.map(() => logits),
    grid,
    seen,
  );
  const counts = new Map<number, number>();
  for (const [row, token] of tokens.entries()) {
    counts.set(token, (counts.get(token) ?? 0) + 1);
    close(logprobs[row], Math.log(policy[token] ?? 0), `log-probability of token ${token}`);
    close(sampledLogprobs[row], Math.log(sampled[token] ?? 0), `sampled log-probability of token ${token}`);
    close(entropies[row], entropyOf(policy), 'entropy');
  }
  for (const [token, probability] of sampled.entries()) {
    const count = counts.get(token) ?? 0;
    // Each end of a token's interval may cut off one point of the grid.
    assert.ok(Math.abs(count - GRID * probability) < 1.05, `token ${token}: ${count} of ${GRID} for ${probability}`);
  }
}

function close(actual: number | undefined, expected: number, what: string): void {
  assert.ok(Math.abs((actual ?? NaN) - expected) < 2e-5, `${what}: ${actual}, not ${expected}`);
}

const VOCABULARY = 70;
const logits = randomLogits(VOCABULARY, 8, 0);
/** Some of the likely and some of the unlikely tokens. */
const seen = new Set(logits.flatMap((_, token) => (token % 3 === 0 ? [token] : [])));

const cases: Readonly<Record<string, Partial<SamplingConfig>>> = {
  plain: {},
  'a temperature': { temperature: 0.6 },
  'top-k': { topK: 5 },
  'top-k of 1': { topK: 1 },
  'top-k beyond the vocabulary': { topK: VOCABULARY + 1 },
  'top-p': { topP: 0.8 },
  'top-p of 0, which keeps the likeliest': { topP: 0 },
  'min-p': { minP: 0.05 },
  'min-p of 1': { minP: 1 },
  'a repetition penalty': { repetitionPenalty: 1.4 },
  'a repetition penalty that favours': { repetitionPenalty: 0.8 },
  'top-k, then top-p of what is left': { topK: 10, topP: 0.7 },
  'top-p and min-p': { topP: 0.9, minP: 0.1 },
  everything: { temperature: 1.3, topK: 20, topP: 0.85, minP: 0.05, repetitionPenalty: 1.2 },
};

for (const [name, config] of Object.entries(cases)) {
  test(`${name}: tokens, log-probabilities and what they are drawn with are as defined`, async () => {
    await checkShares({ ...PLAIN, ...config }, logits, config.repetitionPenalty === undefined ? new Set() : seen);
  });
}

test('without penalty and truncation both log-probabilities are the same numbers', async () => {
  const { logprobs, sampledLogprobs } = await draw(PLAIN, [logits, logits], [0.1, 0.9]);
  assert.deepEqual(sampledLogprobs, logprobs);
});

test('greedy takes the likeliest token after the penalty, with log-probabilities at temperature 1', async () => {
  for (const repetitionPenalty of [1, 1.4]) {
    const sampling = { ...PLAIN, temperature: 0, repetitionPenalty, topK: 3, topP: 0.5, minP: 0.5 };
    const rows = Array.from({ length: 20 }, (_, row) => randomLogits(VOCABULARY, 6, row));
    const { tokens, logprobs, sampledLogprobs, entropies } = await draw(
      sampling,
      rows,
      rows.map(() => 0.5),
      seen,
    );
    for (const [row, scores] of rows.entries()) {
      const { policy, sampled } = referenceDistribution(scores, sampling, seen);
      const token = tokens[row] ?? NaN;
      assert.equal(token, sampled.indexOf(Math.max(...sampled)));
      close(logprobs[row], Math.log(policy[token] ?? 0), 'log-probability');
      close(entropies[row], entropyOf(policy), 'entropy');
      close(sampledLogprobs[row], Math.log(sampled[token] ?? 0), 'sampled log-probability');
    }
  }
});

test('a nucleus of more tokens than are expected is found whole, and does not change the rows beside it', async () => {
  const size = 600;
  const sampling = { ...PLAIN, topP: 0.999 };
  const wide = randomLogits(size, 1, 0);
  const narrow = randomLogits(size, 30, 1);
  const { sampled } = referenceDistribution(wide, sampling);
  assert.ok(sampled.filter((probability) => probability > 0).length > 512);
  await checkShares(sampling, wide);
  const drawn = [0.2, 0.5, 0.8];
  const alone = await draw(
    sampling,
    drawn.map(() => narrow),
    drawn,
  );
  const beside = await draw(sampling, [...drawn.map(() => narrow), wide], [...drawn, 0.9]);
  assert.deepEqual(beside.tokens.slice(0, 3), alone.tokens);
  assert.deepEqual(beside.sampledLogprobs.slice(0, 3), alone.sampledLogprobs);
});

test('of equally likely tokens top-k keeps those with the lower ids', async () => {
  const { tokens } = await draw(
    { ...PLAIN, topK: 2 },
    grid.map(() => [1, 2, 2, 2, 0]),
    grid,
  );
  assert.deepEqual(new Set(tokens), new Set([1, 2]));
});

test('the log-probability of a token that only the penalty made likely is finite', async () => {
  const { tokens, logprobs, sampledLogprobs } = await draw(
    { ...PLAIN, repetitionPenalty: 1000 },
    [[200, -1, -2]],
    [0.8],
    new Set([0]),
  );
  assert.deepEqual([...tokens], [1]);
  close(logprobs[0], -201, 'log-probability');
  close(sampledLogprobs[0], -1 - Math.log(Math.exp(0.2) + Math.exp(-1) + Math.exp(-2)), 'sampled log-probability');
});
