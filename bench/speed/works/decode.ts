/**
 * Prefill and decode apart: so many different prompts of 240 tokens each, and some tokens more. The prompts have nothing in common, so
 * nothing is saved by sharing; `rollout.ts` measures groups.
 */
import { readPrompts } from '../assets.ts';
import { Stopwatch, type Measurement, type Work } from '../measurement.ts';
import type { WorkerOptions } from '../options.ts';
import { generateRequest, openPolicy, tokensOf } from './policy.ts';

/** The moment at which every row has its first token. */
interface FirstTokens {
  readonly tokens: number;
  readonly prefill: ReturnType<Stopwatch['read']>;
  readonly decode: Stopwatch;
}

export async function openDecode(assets: string, options: WorkerOptions): Promise<Work> {
  const host = await openPolicy(assets, options);
  const { context } = await readPrompts(assets);
  const prompts = context.slice(0, options.rows);
  let round = 0;
  return {
    async run(): Promise<Measurement[]> {
      round += 1;
      const request = generateRequest(prompts, { samples: 1, newTokens: options.newTokens, round });
      const passed: FirstTokens[] = [];
      const prefill = new Stopwatch();
      const onProgress = (tokens: number): void => {
        if (passed.length > 0 || tokens < prompts.length) return;
        passed.push({ tokens, prefill: prefill.read(), decode: new Stopwatch() });
      };
      const completions = await host.generate(request, { onProgress });
      const [first] = passed;
      if (first === undefined) throw new Error('generation tells of every step');
      return [
        { work: 'prefill', ...first.prefill, amount: prompts.flat().length },
        { work: 'decode', ...first.decode.read(), amount: tokensOf(completions) - first.tokens },
      ];
    },
    close: () => Promise.resolve(),
  };
}
