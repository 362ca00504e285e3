/**
 * How much memory training a model takes, from its `config.json` alone: an estimate for "does it fit", where nothing can be tried. What an
 * experiment takes is measured by a preflight.
 *
 * The weights are counted as they lie in memory, float32. Activations are what one pass over a row writes, by the traced graph, of which
 * backpropagation keeps `KEPT_SHARE`. Measured against the whole steps of GPT-2 124M in bench/NOTES.md.
 */
import { Graph, type Value } from '../onnx/graph.ts';
import { dimTerms } from '../onnx/shape.ts';
import type { Architecture } from './architecture.ts';
import { sequenceForward } from './forward.ts';
import { inspectArchitecture, type ModelContents } from './inspect.ts';
import { readConfig } from './modelFolder.ts';
import { fedParameters } from './parameters.ts';
import { architectureOf } from './registry.ts';

/** What the estimate is for. */
export interface ForecastSetting {
  /** Per pass, as `training.microBatch` has it. */
  readonly rows: number;
  /** Of a prompt with its completion. */
  readonly rowTokens: number;
  readonly loraRank: number;
}

/** A short problem with the completion that experiments have by default, row by row: more at once take memory and change no result. */
export const USUAL_SETTING: ForecastSetting = { rows: 1, rowTokens: 512, loraRank: 16 };

/** In bytes. */
export interface MemoryForecast {
  readonly weights: number;
  /** Of training with LoRA on all linear modules, without rows that are sampled. */
  readonly lora: number;
  /** Of training all weights, likewise. */
  readonly full: number;
  /** Of each row that is sampled at once: its keys and values. */
  readonly row: number;
}

const FLOAT_BYTES = 4;
/** The engine, the process that computes and a grader, as they are without a model. */
const PROCESSES_BYTES = 450e6;
/** With LoRA: the weights as training maps them, and as generation repacks them. */
const LORA_WEIGHT_COPIES = 2;
/** Of each trained number: itself, its gradient as the graph returns it and as it is summed, two moments. */
const STATE_COPIES = 5;
/** Without LoRA: also the file that they were read from, and two copies of the gradient within the runtime. */
const FULL_WEIGHT_COPIES = STATE_COPIES + 3;
/** Share of what a forward pass writes that is there at the peak of the backward pass. */
const KEPT_SHARE = 0.45;
/** Tensors of `[tokens, vocabulary]` at once: their log-probabilities, probabilities and gradient. */
const VOCABULARY_COPIES = 3;

export function memoryForecast(
  architecture: Architecture,
  contents: ModelContents,
  { rows, rowTokens, loraRank }: ForecastSetting = USUAL_SETTING,
): MemoryForecast {
  const weights = FLOAT_BYTES * parameterCount(contents);
  const adapter = contents.linears.reduce(
    (sum, { inFeatures, outFeatures }) => sum + FLOAT_BYTES * loraRank * (inFeatures + outFeatures),
    0,
  );
  const pass =
    KEPT_SHARE * forwardBytes(architecture, rows, rowTokens) +
    VOCABULARY_COPIES * FLOAT_BYTES * rows * rowTokens * architecture.vocabularySize;
  const { layers, keyValueHeads, headSize } = architecture;
  return {
    weights,
    lora: PROCESSES_BYTES + LORA_WEIGHT_COPIES * weights + STATE_COPIES * adapter + pass,
    full: PROCESSES_BYTES + FULL_WEIGHT_COPIES * weights + pass,
    row: 2 * FLOAT_BYTES * layers * keyValueHeads * headSize * rowTokens,
  };
}

/**
 * Of a folder's `config.json`, whether its weights are there or not.
 * @throws UserError where it has none, or one of a model that could not be trained
 */
export async function forecastOfFolder(folder: string): Promise<MemoryForecast> {
  const architecture = architectureOf(await readConfig(folder));
  return memoryForecast(architecture, inspectArchitecture(architecture));
}

export function parameterCount({ parameters }: ModelContents): number {
  return [...parameters.values()].reduce(
    (sum, shape) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
}

/** Bytes that a forward pass writes, layer after layer, without the head. */
function forwardBytes(architecture: Architecture, rows: number, time: number): number {
  const graph = new Graph();
  const options = { graph, architecture, parameters: fedParameters(), adapter: null };
  sequenceForward(options, graph.input('tokens', 'int64', ['rows', 'time']));
  return graph.nodes
    .filter(({ type }) => type !== 'Reshape')
    .flatMap(({ outputs }) => outputs)
    .reduce((sum, value) => sum + bytesOf(value, { rows, time }), 0);
}

function bytesOf({ dtype, shape }: Value, { rows, time }: { readonly rows: number; readonly time: number }): number {
  const sizeOf = (name: string): number => (name === 'time' ? time : name === 'rows' ? rows : 1);
  const elements = shape.reduce<number>((product, dim) => {
    const terms = dimTerms(dim).map(({ factor, names }) => names.reduce((size, name) => size * sizeOf(name), factor));
    return product * terms.reduce((sum, term) => sum + term, 0);
  }, 1);
  return elements * (dtype === 'bool' || dtype === 'uint8' ? 1 : dtype === 'int64' ? 2 * FLOAT_BYTES : FLOAT_BYTES);
}
