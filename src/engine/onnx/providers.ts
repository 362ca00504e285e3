/** Which execution providers really run here, found by running a graph on them. */
import { Graph, type Value } from './graph.ts';
import { machineFacts } from './machineFacts.ts';
import { add, cast, matmulHalves, reshape } from './operations.ts';
import { explainFailure, type ProviderFailure } from './providerFailure.ts';
import { serialize } from './serialize.ts';
import { Session } from './session.ts';

export interface ProviderChoice {
  /** For `Session.open`, in order of preference; the first is the one that runs. */
  readonly providers: readonly string[];
  /** Why a wish was not met, as a sentence that says what is missing; null when it was. */
  readonly failure: string | null;
}

/**
 * The providers of graphics cards, the fastest first where a machine has several. CoreML is the last: it may compute in float16, and was never
 * held against anybody's values, as WebGPU is.
 */
const GPU_PROVIDERS = ['cuda', 'dml', 'webgpu', 'coreml'] as const;

/** Whether a session's outputs can stay on the device: onnxruntime-node 1.30 has tensors in the memory of WebGPU's device, and of no other. */
export function keepsTensors([first]: readonly string[]): boolean {
  return first === 'webgpu';
}

/** Whether a loop runs on the device with all that it reads: on CUDA alone. DirectML leaves loops to the processor, CoreML what is in them. */
export function loopsOnDevice([first]: readonly string[]): boolean {
  return first === 'cuda';
}

/**
 * The provider for a device of the experiment file: the one asked for where it works, for `gpu` the first of the graphics card's that
 * does, else the CPU. `auto` takes the CPU, on which a run is the same bytes on every machine.
 */
export async function chooseProvider(device: string): Promise<ProviderChoice> {
  if (device === 'auto' || device === 'cpu') return { providers: ['cpu'], failure: null };
  const failures: string[] = [];
  for (const provider of device === 'gpu' ? GPU_PROVIDERS : [device]) {
    const failure = await probeProvider(provider);
    // What a provider has no operation for runs on the CPU.
    if (failure === null) return { providers: [provider, 'cpu'], failure: null };
    failures.push(`${provider}: ${failure.reason}.${failure.remedy === null ? '' : ` ${failure.remedy}`}`);
  }
  return { providers: ['cpu'], failure: failures.join(' ') };
}

/** Runs 1 + 1 on a provider; null when that works, else the reason. */
export async function probeProvider(provider: string): Promise<ProviderFailure | null> {
  try {
    const sum = await runProbe(provider, (x) => add(x, x));
    return sum === 2 ? null : { reason: `1 + 1 gave ${sum}`, remedy: null };
  } catch (error) {
    return explainFailure(provider, error instanceof Error ? error.message : String(error), machineFacts());
  }
}

/** Whether a provider that works has numbers of 16 bits; not every graphics card has (WebGPU's `shader-f16`). */
export async function hasHalves(provider: string): Promise<boolean> {
  try {
    return (await runProbe(provider, (x) => matmulHalves(x, cast(reshape(x, [1, 1, 1]), 'float16')))) === 1;
  } catch {
    return false;
  }
}

/** What a graph makes of a matrix `[1, 1]` of 1. */
async function runProbe(provider: string, build: (x: Value) => Value): Promise<number> {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [1, 1]);
  const options = { providers: [provider], threads: 1, use: 'train' } as const;
  const session = await Session.open(serialize(graph, { y: build(x) }), options);
  try {
    const { y } = await session.run({ x: { data: Float32Array.of(1), dims: [1, 1] } }, ['y']);
    return Number(y.data[0]);
  } finally {
    await session.release();
  }
}
