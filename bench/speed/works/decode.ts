/**
 * Prefill and decode apart: so many different prompts of 240 tokens each, and some tokens more. The prompts have nothing in common, so
 * nothing is saved by sharing; `rollout.ts` measures groups.
 */
import { chooseProvider, loopsOnDevice } from '../../../src/engine/onnx/providers.ts';
import { CHUNK_STEPS } from '../../../src/engine/rollout/chunkGraph.ts';
import { readPrompts } from '../assets.ts';
import { Stopwatch, type Measurement, type Work } from '../measurement.ts';
import type { WorkerOptions } from '../options.ts';
import { generateRequest, openPolicy, tokensOf } from './policy.ts';

/** The moment at which every row has the tokens of the first run. */
interface FirstTokens {
  readonly tokens: number;
  readonly prefill: ReturnType<Stopwatch['read']>;
  readonly decode: Stopwatch;
}

export async function openDecode(assets: string, options: WorkerOptions): Promise<Work> {
  const host = await openPolicy(assets, options);
  const { context } = await readPrompts(assets);
  const prompts = context.slice(0, options.rows);
  const { providers } = await chooseProvider(options.device);
  // Those of the first run, which follows on the prefill.
  const first = loopsOnDevice(providers) ? CHUNK_STEPS : 1;
  const newTokens = first + options.newTokens - 1;
  let round = 0;
  return {
    async run(): Promise<Measurement[]> {
      round += 1;
      const request = generateRequest(prompts, { samples: 1, newTokens, round });
      const passed: FirstTokens[] = [];
      const prefill = new Stopwatch();
      const onProgress = (tokens: number): void => {
        if (passed.length > 0 || tokens < prompts.length) return;
        passed.push({ tokens, prefill: prefill.read(), decode: new Stopwatch() });
      };
      const completions = await host.generate(request, { onProgress });
      const [begun] = passed;
      if (begun === undefined) throw new Error('generation tells of every step');
      return [
        { work: 'prefill', ...begun.prefill, amount: prompts.flat().length },
        { work: 'decode', ...begun.decode.read(), amount: tokensOf(completions) - begun.tokens },
      ];
    },
    close: () => Promise.resolve(),
  };
}
