/** The policy of the benchmarks: a fresh LoRA adapter on the model of the assets, in this process, so that its processor time is the work's. */
import { PolicyHost } from '../../../src/engine/compute/policyHost.ts';
import type { Completion } from '../../../src/engine/protocol/completion.ts';
import type { GenerateRequest } from '../../../src/engine/protocol/compute.ts';
import { parseExperiment } from '../../../src/engine/protocol/experimentFile.ts';
import type { Experiment, LoraConfig } from '../../../src/engine/protocol/experiment.ts';
import type { WorkerOptions } from '../options.ts';

/** An experiment in which everything is as it is unless one says otherwise; the model's adapter has rank 16. */
export function defaults(base: LoraConfig['base'] = 'float32'): Experiment {
  const lora = { rank: 16, base };
  const least = { model: 'm', dataset: { source: 'd' }, rewards: [{ function: 'finalNumber' }], lora };
  return parseExperiment(JSON.stringify(least), 'bench');
}

export async function openPolicy(
  assets: string,
  { device, threads, base }: Pick<WorkerOptions, 'device' | 'threads' | 'base'>,
): Promise<PolicyHost> {
  const host = new PolicyHost();
  const { lora = null, rollout } = defaults(base);
  await host.load({
    kind: 'load',
    model: assets,
    lora,
    rolloutWeights: rollout.weights,
    state: null,
    seed: 0,
    device,
    threads,
  });
  return host;
}

/** A request of groups of `samples` completions each. @param round another one has other random numbers */
export function generateRequest(
  prompts: readonly (readonly number[])[],
  { samples, newTokens, round }: { readonly samples: number; readonly newTokens: number; readonly round: number },
): GenerateRequest {
  const { rollout } = defaults();
  const { temperature, topP, topK, minP, repetitionPenalty } = rollout;
  return {
    kind: 'generate',
    keepPrompts: false,
    groups: prompts.map((prompt, problem) => ({
      prompt: Int32Array.from(prompt),
      keys: Array.from({ length: samples }, (_, sample) => ({ step: round, problem, occurrence: 0, round: 0, sample })),
    })),
    purpose: 'rollout',
    sampling: { temperature, topP, topK, minP, repetitionPenalty },
    maxCompletionLength: newTokens,
    stop: [],
    stopTokens: [],
    maxRows: rollout.maxRows,
  };
}

export function tokensOf(completions: readonly Pick<Completion, 'tokens'>[]): number {
  return completions.reduce((sum, { tokens }) => sum + tokens.length, 0);
}
