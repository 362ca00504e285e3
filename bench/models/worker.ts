/**
 * `node worker.ts <folder> <work>`: one step of the experiment in the folder, as `rlvr train` does it, or a few tokens after a prompt. Waits for
 * a line before it begins, so that the loading is watched too, and answers with one.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PolicyHost } from '../../src/engine/compute/policyHost.ts';
import { parseExperiment } from '../../src/engine/protocol/experimentFile.ts';
import { trainExperiment } from '../../src/engine/trainer/engine.ts';
import { generateRequest, tokensOf } from '../speed/works/policy.ts';
import { Stopwatch, type Measurement } from '../speed/measurement.ts';
import { EXPERIMENT_FILE, PROMPT_TOKENS } from './folder.ts';

/** Tokens after the prompt that are decoded. */
const DECODED = 8;

const [folder = '', work = ''] = process.argv.slice(2);
const experimentPath = join(folder, EXPERIMENT_FILE);

async function step(): Promise<number> {
  let tokens = 1;
  await trainExperiment(
    { experimentPath, overrides: [], runsDir: join(folder, 'runs') },
    {
      emit: (event) => {
        if (event.event === 'step') tokens = event.metrics['step_tokens'] ?? 1;
      },
      signal: new AbortController().signal,
    },
  );
  return tokens;
}

async function decode(): Promise<number> {
  const { lora = null, rollout, threads } = parseExperiment(await readFile(experimentPath, 'utf8'), experimentPath);
  const host = new PolicyHost();
  const { weights: rolloutWeights } = rollout;
  await host.load({
    ...{ kind: 'load', model: folder, lora, rolloutWeights, state: null, seed: 0, device: 'cpu', threads },
  });
  const prompt = Array.from({ length: PROMPT_TOKENS }, (_, index) => index + 3);
  return tokensOf(await host.generate(generateRequest([prompt], { samples: 1, newTokens: DECODED, round: 1 })));
}

console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface(process.stdin)) {
  if (line === '') continue;
  const watch = new Stopwatch();
  const amount = await (work === 'step' ? step() : decode());
  const measurement: Measurement = { work, ...watch.read(), amount };
  console.log(JSON.stringify({ measurements: [measurement] }));
}
