/** What sampling should do, written down plainly in float64: the definitions, one after another, as transformers applies them. */
import type { SamplingConfig } from '../../src/engine/protocol/experiment.ts';

export interface ReferenceDistribution {
  /** softmax(logits / temperature), of greedy sampling at temperature 1. */
  readonly policy: readonly number[];
  /** What a token is drawn from; 0 for what is cut off. */
  readonly sampled: readonly number[];
}

/** @param seen ids of the tokens that are penalised */
export function referenceDistribution(
  logits: readonly number[],
  sampling: SamplingConfig,
  seen: ReadonlySet<number> = new Set(),
): ReferenceDistribution {
  const temperature = sampling.temperature === 0 ? 1 : sampling.temperature;
  const penalty = sampling.repetitionPenalty;
  const scores = logits
    .map((logit, token) => (seen.has(token) ? (logit < 0 ? logit * penalty : logit / penalty) : logit))
    .map((logit) => logit / temperature);
  const policy = softmax(logits.map((logit) => logit / temperature));
  if (sampling.temperature === 0) return { policy, sampled: softmax(scores) };
  return { policy, sampled: minP(topP(topK(softmax(scores), sampling.topK), sampling.topP), sampling.minP) };
}

function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  return normalized(scores.map((score) => Math.exp(score - largest)));
}

function normalized(masses: readonly number[]): number[] {
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / total);
}

/** Tokens from the most to the least likely, the lower id first among equals. */
function ranked(probabilities: readonly number[]): number[] {
  const of = (token: number): number => probabilities[token] ?? 0;
  return probabilities.map((_, token) => token).sort((a, b) => of(b) - of(a) || a - b);
}

function keep(probabilities: readonly number[], tokens: Iterable<number>): number[] {
  const kept = new Set(tokens);
  return normalized(probabilities.map((probability, token) => (kept.has(token) ? probability : 0)));
}

function topK(probabilities: readonly number[], k: number): readonly number[] {
  return k === 0 ? probabilities : keep(probabilities, ranked(probabilities).slice(0, k));
}

/** The fewest of the most likely tokens whose sum reaches p. */
function topP(probabilities: readonly number[], p: number): readonly number[] {
  if (p === 1) return probabilities;
  const kept: number[] = [];
  let sum = 0;
  for (const token of ranked(probabilities)) {
    kept.push(token);
    sum += probabilities[token] ?? 0;
    if (sum >= p) break;
  }
  return keep(probabilities, kept);
}

function minP(probabilities: readonly number[], p: number): readonly number[] {
  const bound = p * Math.max(...probabilities);
  return keep(
    probabilities,
    probabilities.flatMap((probability, token) => (probability >= bound ? [token] : [])),
  );
}
