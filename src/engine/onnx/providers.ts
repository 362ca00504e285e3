/** Which execution providers really run here, found by running a graph on them. */
import { Graph } from './graph.ts';
import { add } from './operations.ts';
import { serialize } from './serialize.ts';
import { Session } from './session.ts';

export interface ProviderChoice {
  /** For `Session.open`, in order of preference; the first is the one that runs. */
  readonly providers: readonly string[];
  /** Why a wish was not met; null when it was. */
  readonly warning: string | null;
}

/**
 * The provider for a device of the experiment file: the one asked for where it works, else the CPU with a warning that says why.
 * `auto` takes the CPU, the provider on which runs are reproducible to the byte.
 */
export async function chooseProvider(device: string): Promise<ProviderChoice> {
  if (device === 'auto' || device === 'cpu') return { providers: ['cpu'], warning: null };
  const failure = await probeProvider(device);
  if (failure === null) return { providers: [device, 'cpu'], warning: null };
  return {
    providers: ['cpu'],
    warning: `The device "${device}" cannot be used, so the run goes on on the CPU: ${failure}`,
  };
}

/** Runs 1 + 1 on a provider; null when that works, else the reason. */
export async function probeProvider(provider: string): Promise<string | null> {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [1]);
  try {
    const session = await Session.open(serialize(graph, { sum: add(x, x) }), {
      providers: [provider],
      threads: 1,
      use: 'train',
    });
    const { sum } = await session.run({ x: { data: Float32Array.of(1), dims: [1] } }, ['sum']);
    await session.release();
    return sum.data[0] === 2 ? null : `1 + 1 gave ${sum.data[0]}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
