/** The rollout of one group: eight completions of one prompt with eight worked examples. */
import { readPrompts } from '../assets.ts';
import { Stopwatch, type Measurement, type Work } from '../measurement.ts';
import type { WorkerOptions } from '../options.ts';
import { generateRequest, openPolicy, tokensOf } from './policy.ts';

export async function openRollout(assets: string, options: WorkerOptions): Promise<Work> {
  const host = await openPolicy(assets, options);
  const { eightShot } = await readPrompts(assets);
  const { rows, newTokens } = options;
  let round = 0;
  return {
    async run(): Promise<Measurement[]> {
      round += 1;
      const watch = new Stopwatch();
      const completions = await host.generate(generateRequest([eightShot], { samples: rows, newTokens, round }));
      return [{ work: 'rollout', ...watch.read(), amount: tokensOf(completions) }];
    },
    close: () => Promise.resolve(),
  };
}
