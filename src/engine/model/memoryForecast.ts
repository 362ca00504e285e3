/**
 * How much memory training a model takes, from its `config.json` alone: an estimate for "does it fit", where nothing can be tried. What an
 * experiment takes is measured by a preflight.
 *
 * Weights are counted as they lie in memory: mapped from their file, and what decoding repacks beside it. Measured in float32 against whole steps of
 * GPT-2 from 124 to 774 million parameters (bench/NOTES.md).
 */
import { blockBytes, blocksIn } from '../onnx/blocks.ts';
import type { Architecture } from './architecture.ts';
import { BLOCKS } from './blockQuantization.ts';
import { inspectArchitecture, type ModelContents } from './inspect.ts';
import { readConfig } from './modelFolder.ts';
import { passBytes, type PassSize } from './passMemory.ts';
import type { QuantizedForm } from './quantizedWeights.ts';
import { architectureOf } from './registry.ts';
import { HEAD_PARAMETER } from './tiedHead.ts';

export type WeightForm = 'float32' | QuantizedForm;

/** Forms that save memory on a CPU as well, which a table is made for. */
type TabledForm = Exclude<WeightForm, 'float16'>;

/** What the estimate is for. */
export interface ForecastSetting {
  /** As `lora.base` and `rollout.weights` have it. */
  readonly base: WeightForm;
  readonly rolloutWeights: WeightForm;
  readonly loraRank: number;
  /** A micro-batch. */
  readonly pass: PassSize;
  readonly gradientCheckpointing: boolean;
}

/** In bytes, without keys and values of rows that are sampled. */
export interface TrainingMemory {
  /** With LoRA on all linear modules. */
  readonly lora: number;
  /** Of all weights, in float32. */
  readonly full: number;
}

/** In bytes, for one row of `USUAL_ROW_TOKENS` in a pass, with gradient checkpointing. */
export interface MemoryForecast {
  /** In float32. */
  readonly weights: number;
  /** Of training with LoRA, by what the base is held in, without rows that are sampled. */
  readonly lora: Readonly<Record<TabledForm, number>>;
  /** Of training all weights, likewise. */
  readonly full: number;
  /** Of each row that is sampled at once: its keys and values. */
  readonly row: number;
}

const FLOAT_BYTES = 4;
const HALF_BYTES = 2;
/** The engine, the process that computes and a grader, as they are without a model. */
const PROCESSES_BYTES = 450e6;
/** Of each trained number: itself, its gradient as the graph returns it and as it is summed, two moments. */
const STATE_COPIES = 5;
/** Without LoRA: also the file that they were read from, and two copies of the gradient within the runtime. */
const FULL_WEIGHT_COPIES = STATE_COPIES + 3;

/** A short problem with the completion that experiments have by default, row by row: more at once take memory and change no result. */
const USUAL_PASS: PassSize = { prompts: 1, promptTokens: 256, width: 1, completionTokens: 256 };
/** Prompt and completion. */
const USUAL_ROW_TOKENS = USUAL_PASS.promptTokens + USUAL_PASS.completionTokens;
const USUAL_RANK = 16;

/** What an experiment takes beside the keys and values of its rows. */
export function trainingMemory(
  architecture: Architecture,
  contents: ModelContents,
  { base, rolloutWeights, loraRank, pass, gradientCheckpointing }: ForecastSetting,
): TrainingMemory {
  const weights = FLOAT_BYTES * parameterCount(contents);
  const adapter = contents.linears.reduce(
    (sum, { inFeatures, outFeatures }) => sum + FLOAT_BYTES * loraRank * (inFeatures + outFeatures),
    0,
  );
  const activations = passBytes(architecture, pass, gradientCheckpointing);
  const trained = baseBytes(architecture, contents, base);
  const sampled = base === rolloutWeights ? 0 : baseBytes(architecture, contents, rolloutWeights).mapped;
  const repacked = baseBytes(architecture, contents, rolloutWeights).repacked;
  return {
    lora:
      PROCESSES_BYTES + (trained.mapped + sampled + repacked + trained.widened) + STATE_COPIES * adapter + activations,
    full: PROCESSES_BYTES + FULL_WEIGHT_COPIES * weights + activations,
  };
}

export function memoryForecast(architecture: Architecture, contents: ModelContents): MemoryForecast {
  const of = (base: WeightForm): TrainingMemory =>
    trainingMemory(architecture, contents, {
      ...{ base, rolloutWeights: base, loraRank: USUAL_RANK, pass: USUAL_PASS, gradientCheckpointing: true },
    });
  const [float32, int8, int4] = [of('float32'), of('int8'), of('int4')];
  const { layers, keyValueHeads, headSize } = architecture;
  return {
    weights: FLOAT_BYTES * parameterCount(contents),
    lora: { float32: float32.lora, int8: int8.lora, int4: int4.lora },
    full: float32.full,
    row: 2 * FLOAT_BYTES * layers * keyValueHeads * headSize * USUAL_ROW_TOKENS,
  };
}

/** What a base takes, in bytes. */
interface BaseBytes {
  /** All of it, as it lies in its file. */
  readonly mapped: number;
  /** Copied by sessions that decode: the head, and in few bits every matrix. */
  readonly repacked: number;
  /** What is turned back into float32 at a time, in the backward pass. */
  readonly widened: number;
}

function baseBytes(
  { vocabularySize, hiddenSize, headParameter }: Architecture,
  { parameters, linears }: ModelContents,
  form: WeightForm,
): BaseBytes {
  const head = { outFeatures: vocabularySize, inFeatures: hiddenSize };
  const all = FLOAT_BYTES * elementsOf([...parameters.values()]);
  const headFloats = FLOAT_BYTES * vocabularySize * hiddenSize;
  if (form === 'float32') return { mapped: all, repacked: headFloats, widened: 0 };
  // The head stays as it is; on the CPU, sessions that decode hold what they turn back into float32.
  if (form === 'float16') {
    const linear = elementsOf(linears.map(({ inFeatures, outFeatures }) => [outFeatures, inFeatures]));
    return { mapped: all - HALF_BYTES * linear, repacked: headFloats + FLOAT_BYTES * linear, widened: 0 };
  }
  // The head may be the embedding, which stays beside its rounded form.
  const rounded = linears.map(({ inFeatures, outFeatures }) => [outFeatures, inFeatures]);
  const untied = headParameter === HEAD_PARAMETER ? [[vocabularySize, hiddenSize]] : [];
  const matrices = [...linears, head].reduce(
    (sum, { inFeatures, outFeatures }) => sum + outFeatures * rowBytes(inFeatures, form),
    0,
  );
  const plain = all - FLOAT_BYTES * elementsOf([...rounded, ...untied]);
  return { mapped: plain + matrices, repacked: matrices, widened: headFloats };
}

/** Of one row of a matrix. */
function rowBytes(columns: number, form: 'int8' | 'int4'): number {
  if (form === 'int8') return columns + FLOAT_BYTES;
  return blocksIn(columns, BLOCKS) * (blockBytes(BLOCKS) + FLOAT_BYTES);
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
  return elementsOf([...parameters.values()]);
}

function elementsOf(shapes: readonly (readonly number[])[]): number {
  return shapes.reduce((sum, shape) => sum + shape.reduce((product, length) => product * length, 1), 0);
}
