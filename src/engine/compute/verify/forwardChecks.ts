/** Checks of the forward pass: logits, and log-probabilities and entropies of completion tokens. */
import { packSequences } from '../../grpo/packedSequences.ts';
import { unpack } from '../../grpo/packing.ts';
import { buildScoringGraph } from '../../grpo/trainingGraph.ts';
import { sequenceForward } from '../../model/forward.ts';
import { headLogits } from '../../model/head.ts';
import { policyFeeds } from '../../model/policy.ts';
import { Graph } from '../../onnx/graph.ts';
import { serialize, type ModelBytes } from '../../onnx/serialize.ts';
import { Session, type Feeds, type Tensor } from '../../onnx/session.ts';
import { compareTokens, LargestDifference, type Check, type Findings } from './check.ts';
import { completionValues, requireShape, type Reference } from './reference.ts';
import type { Subject } from './subject.ts';
import { referenceKey } from './trainingRows.ts';
import { ENTROPY_TOLERANCE, LOGIT_TOLERANCE, LOGPROB_TOLERANCE } from './tolerances.ts';

/** Per row, per completion token. */
export interface TokenScores {
  readonly logprobs: readonly Float32Array[];
  /** In nats. */
  readonly entropies: readonly Float32Array[];
}

/** The temperature of `logprobs_temperature_07`. */
const LOW_TEMPERATURE = 0.7;

/** @param scores of the reference's rows at temperature 1 */
export async function checkForward(subject: Subject, scores: TokenScores, findings: Findings): Promise<void> {
  const { reference } = subject;
  const logits = reference.tensors.get('logits');
  if (logits) findings.add(compareLogits(reference, await computeLogits(subject), logits));
  else findings.leaveOut('logits');

  const compare = (name: string, actual: readonly Float32Array[], tolerance: number): void => {
    const expected = completionValues(reference, name);
    if (expected) findings.add(compareTokens(name, actual, expected, tolerance));
    else findings.leaveOut(name);
  };
  compare('logprobs', scores.logprobs, LOGPROB_TOLERANCE);
  compare('entropy', scores.entropies, ENTROPY_TOLERANCE);
  const low = await scoreTokens(subject, LOW_TEMPERATURE);
  compare('logprobs_temperature_07', low.logprobs, LOGPROB_TOLERANCE);
}

/** Scores the reference's rows by the graph that the learner scores with. */
export async function scoreTokens(subject: Subject, temperature: number): Promise<TokenScores> {
  const { reference } = subject;
  const rows = reference.rows.map((row, index) => ({ ...row, key: referenceKey(reference, index) }));
  const outputs = await runOnce(subject, buildScoringGraph(subject.policy, false), packSequences(rows, temperature));
  const values = (name: string): Float32Array[] => unpack(floats(outputs[name]), rows);
  return { logprobs: values('logprobs'), entropies: values('entropies') };
}

/** `[rows, time, vocabulary]` over the reference's sequences with their padding. */
export async function computeLogits(subject: Subject): Promise<Tensor> {
  const { policy, reference } = subject;
  const graph = new Graph();
  const tokens = graph.input('tokens', 'int64', ['rows', 'time']);
  const forward = sequenceForward(
    { graph, architecture: policy.architecture, parameters: policy.parameters, adapter: policy.adapter },
    tokens,
  );
  const model = serialize(graph, { logits: headLogits(forward) });
  const rows = reference.rows.length;
  const padded = new BigInt64Array(rows * reference.time);
  for (const [row, { prompt, tokens: completion }] of reference.rows.entries())
    for (const [position, token] of [...prompt, ...completion].entries())
      padded[row * reference.time + position] = BigInt(token);
  const outputs = await runOnce(subject, model, { tokens: { data: padded, dims: [rows, reference.time] } });
  const dims = [rows, reference.time, policy.architecture.vocabularySize];
  return { data: floats(outputs['logits']), dims };
}

function compareLogits(
  reference: Reference,
  actual: Tensor,
  expected: { data: Float32Array; shape: readonly number[] },
): Check {
  requireShape(reference.path, 'logits', expected, actual.dims);
  const [, time = 0, vocabulary = 0] = actual.dims;
  const values = floats(actual);
  const largest = new LargestDifference();
  for (const [row, { prompt, tokens }] of reference.rows.entries())
    for (let position = 0; position < prompt.length + tokens.length; position++)
      for (let token = 0; token < vocabulary; token++) {
        const at = (row * time + position) * vocabulary + token;
        largest.add(values[at], expected.data[at], () => `row ${row}, position ${position}, token ${token}`);
      }
  return largest.check('logits', LOGIT_TOLERANCE);
}

async function runOnce(
  { policy, providers, threads }: Subject,
  model: ModelBytes,
  feeds: Feeds,
): Promise<Record<string, Tensor>> {
  const session = await Session.open(model, { providers, threads, weightsFolder: policy.weightsFolder, use: 'train' });
  try {
    return await session.run({ ...policyFeeds(policy), ...feeds });
  } finally {
    await session.release();
  }
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('a float32 output is missing');
  return tensor.data;
}
