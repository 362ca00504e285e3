/** An optimiser step of a LoRA adapter on one group after a prompt with eight worked examples: forward, backward, clipping and AdamW. */
import type { TrainingRow } from '../../../src/engine/protocol/compute.ts';
import { readPrompts, type Prompts } from '../assets.ts';
import { Stopwatch, type Measurement, type Work } from '../measurement.ts';
import type { WorkerOptions } from '../options.ts';
import { defaults, openPolicy } from './policy.ts';

/** -ln 50257: what a token has under a model with random weights, or nearly. */
const RANDOM_LOGPROB = -Math.log(50257);

export async function openTrain(assets: string, options: WorkerOptions): Promise<Work> {
  const host = await openPolicy(assets, options);
  const rows = trainingRows(await readPrompts(assets), options);
  const { algorithm, optimizer, rollout } = defaults();
  return {
    async run(): Promise<Measurement[]> {
      const watch = new Stopwatch();
      const { tokensTrained } = await host.update({
        kind: 'update',
        objective: 'policy',
        rows,
        algorithm,
        onPolicy: false,
        temperature: rollout.temperature,
        microBatch: rows.length,
        gradientCheckpointing: false,
        optimizer,
        learningRate: optimizer.learningRate,
        iteration: 0,
      });
      const amount = rows.reduce((sum, { tokens }) => sum + tokens.length, 0);
      return [{ work: 'train', ...watch.read(), amount, trained_tokens: tokensTrained }];
    },
    close: () => Promise.resolve(),
  };
}

/** Advantages that are none of them 0, so that no row is left out. */
function trainingRows({ eightShot, completions }: Prompts, { rows, newTokens }: WorkerOptions): TrainingRow[] {
  return completions.slice(0, rows).map((completion, sample) => {
    const tokens = Int32Array.from(completion.slice(0, newTokens));
    return {
      key: { step: 1, problem: 0, occurrence: 0, round: 0, sample },
      prompt: Int32Array.from(eightShot),
      tokens,
      advantage: sample - rows / 2 + 0.5,
      oldLogprobs: new Float32Array(tokens.length).fill(RANDOM_LOGPROB),
      referenceLogprobs: null,
      rolloutLogprobs: null,
      weights: new Float32Array(tokens.length).fill(1 / (rows * tokens.length)),
    };
  });
}
