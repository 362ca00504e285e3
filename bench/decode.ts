/**
 * How fast completions are generated, and where the time goes: `node bench/decode.ts [demo] [gpt2]`. Random weights in the shapes of the
 * demo's model and of GPT-2 124M, a fresh LoRA adapter of rank 16, and prompts and lengths as in training.
 */
import { join } from 'node:path';
import { freshAdapter } from '../src/engine/model/adapter.ts';
import { loadModel } from '../src/engine/model/loadModel.ts';
import { frozenParameters } from '../src/engine/model/parameters.ts';
import { policyFeeds, type Policy } from '../src/engine/model/policy.ts';
import { Tokenizer } from '../src/engine/model/tokenizer.ts';
import { Session } from '../src/engine/onnx/session.ts';
import type { GenerateRequest } from '../src/engine/protocol/compute.ts';
import { uniforms } from '../src/engine/random/keyed.ts';
import { Generator } from '../src/engine/rollout/generator.ts';
import { NAMES } from '../src/engine/rollout/graphs.ts';
import { DEMO_CONFIG, GPT2_CONFIG, withRandomModel, type ModelConfig } from './randomModel.ts';

interface Scenario {
  readonly config: ModelConfig;
  readonly problems: number;
  readonly groupSize: number;
  readonly promptLength: number;
  readonly maxCompletionLength: number;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  demo: { config: DEMO_CONFIG, problems: 32, groupSize: 8, promptLength: 22, maxCompletionLength: 16 },
  gpt2: { config: GPT2_CONFIG, problems: 4, groupSize: 8, promptLength: 80, maxCompletionLength: 32 },
};

const REPETITIONS = 3;
/** The texts mean nothing here; any tokenizer does. */
const TOKENIZER = join(import.meta.dirname, '../test/fixtures/demo-tokenizer');

/** Milliseconds in ONNX Runtime since the last reset, by graph. */
const graphTime = { prefill: 0, decode: 0, sampling: 0 };

/** Times every run of a session by wrapping the method: the engine itself carries no clocks. */
function timeRuns(): void {
  const run: unknown = Reflect.get(Session.prototype, 'run');
  if (typeof run !== 'function') throw new TypeError('a session has a method run');
  const timed = new Proxy(run, {
    async apply(method, session: Session, runArguments) {
      const start = performance.now();
      const outputs: unknown = await Reflect.apply(method, session, runArguments);
      const names = session.inputNames;
      const graph = names.includes(NAMES.hidden) ? 'sampling' : names.includes(NAMES.lengths) ? 'decode' : 'prefill';
      graphTime[graph] += performance.now() - start;
      return outputs;
    },
  });
  Reflect.set(Session.prototype, 'run', timed);
}

function requestOf({ config, problems, groupSize, promptLength, maxCompletionLength }: Scenario): GenerateRequest {
  const next = uniforms(0, 'shuffle');
  const prompt = (): Int32Array =>
    Int32Array.from({ length: promptLength }, () => Math.floor(next() * Number(config['vocab_size'])));
  return {
    kind: 'generate',
    groups: Array.from({ length: problems }, (_, problem) => ({
      prompt: prompt(),
      keys: Array.from({ length: groupSize }, (_, sample) => ({ step: 1, problem, occurrence: 0, round: 0, sample })),
    })),
    purpose: 'rollout',
    sampling: { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
    maxCompletionLength,
    stop: [],
    stopTokens: [],
    maxRows: 256,
  };
}

async function measure(name: string, scenario: Scenario, folder: string): Promise<void> {
  const model = await loadModel(folder);
  const lora = { rank: 16, alpha: 32, dropout: 0, targets: 'all-linear', rankStabilized: false } as const;
  const adapter = freshAdapter(model.contents.linears, lora, 0, folder);
  const policy: Policy = {
    architecture: model.architecture,
    parameters: frozenParameters(model.weights),
    weightsFolder: model.weightsFolder,
    adapter: adapter.layout,
    trainable: adapter.tensors,
  };
  const generator = new Generator({
    ...policy,
    feeds: () => policyFeeds(policy),
    tokenizer: await Tokenizer.load(TOKENIZER),
    eosTokenIds: model.folder.eosTokenIds,
    providers: ['cpu'],
    threads: 0,
    seed: 0,
  });
  const request = requestOf(scenario);
  // The first call makes the sessions.
  for (let repetition = 0; repetition <= REPETITIONS; repetition++) {
    Object.assign(graphTime, { prefill: 0, decode: 0, sampling: 0 });
    const start = performance.now();
    const processor = process.cpuUsage();
    const completions = await generator.generate(request);
    const total = performance.now() - start;
    const { user, system } = process.cpuUsage(processor);
    const tokens = completions.reduce((sum, completion) => sum + completion.tokens.length, 0);
    const { prefill, decode, sampling } = graphTime;
    const parts = {
      total,
      prefill,
      decode,
      sampling,
      host: total - prefill - decode - sampling,
      processor: (user + system) / 1000,
    };
    const times = Object.entries(parts).map(([part, time]) => `${part} ${time.toFixed(1)}`);
    const label = repetition === 0 ? 'first call' : `${Math.round((tokens / total) * 1000)} tokens/s`;
    console.log(`${name}: ${completions.length} completions, ${tokens} tokens, ${label}; ms: ${times.join(', ')}`);
  }
  await generator.release();
}

timeRuns();
const wanted = process.argv.slice(2);
for (const [name, scenario] of Object.entries(SCENARIOS))
  if (wanted.length === 0 || wanted.includes(name))
    await withRandomModel(scenario.config, (folder) => measure(name, scenario, folder));
