/**
 * The weights of a frozen base in few bits: every matrix of a linear layer and the output head in blocks, everything else as it is. The
 * form is made once and kept as a file, so that it is mapped into memory like any other weights.
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { blockBytes, blocksIn, type BlockQuantization } from '../onnx/blocks.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { matmulBlocks } from '../onnx/operations.ts';
import { quantizeMatrix, type BlockProducts, type MatrixLayout, type QuantizedData } from './blockQuantization.ts';
import { weightOf } from './linears.ts';
import type { LocatedModel } from './loadModel.ts';
import { hashFiles } from './modelHash.ts';
import { requireTensor, type TensorLocation } from './modelFolder.ts';
import { frozenParameters, type ParameterSource } from './parameters.ts';
import type { TensorSource } from './safetensorsWriter.ts';
import { readTensor } from './tensorData.ts';
import { HEAD_PARAMETER } from './tiedHead.ts';
import { cachedWeights } from './weightCache.ts';
import { reference, type WeightReference } from './weightFiles.ts';

export interface QuantizedWeights {
  /** Absolute and real, of the file that both refer to. */
  readonly folder: string;
  /** What is not in blocks. */
  readonly parameters: ParameterSource;
  readonly products: BlockProducts;
}

/**
 * 8 bits: blocks of 128 are as quick as can be (`bench/NOTES.md`) and lose nothing to speak of. 4 bits have 16 levels a block, so blocks are as
 * small as is usual.
 */
export const QUANTIZATIONS: Readonly<Record<'int8' | 'int4', BlockQuantization>> = {
  int8: { bits: 8, blockSize: 128 },
  int4: { bits: 4, blockSize: 32 },
};

/** Raised when what is written for the same weights changes, so that older files are not taken. */
const CACHE_FORMAT = 1;

/**
 * The weights of a model in blocks. Takes the room of the form in `cacheFolder` and a second per hundred million values at first use, and
 * about a second per gigabyte of the model's files at every use.
 *
 * @throws UserError where there is no room for it, or a tensor cannot be read
 */
export async function quantizedWeights(
  model: LocatedModel,
  quantization: BlockQuantization,
  cacheFolder: string,
): Promise<QuantizedWeights> {
  const matrices = matricesOf(model);
  const { folder, contents } = model;
  const locate = (name: string, shape: readonly number[]): TensorLocation =>
    requireTensor(folder, model.storedNames.get(name) ?? name, shape);
  const plain = [...contents.parameters].filter(([name]) => !matrices.has(name) || isEmbedding(model, name));
  const tensors = [
    ...plain.map(([name, shape]): TensorSource => {
      const location = locate(name, shape);
      return { name, shape, data: () => readTensor(location.file, location) };
    }),
    ...[...matrices].flatMap(([name, matrix]) =>
      blocksOf(name, matrix, quantization, locate(name, contents.parameters.get(name) ?? [])),
    ),
  ];
  const { bits, blockSize } = quantization;
  const description = [CACHE_FORMAT, bits, blockSize, tensors.map(({ name }) => name)];
  const hash = createHash('sha256').update(JSON.stringify(description));
  const key = hash.update(await hashFiles(folder.path, folder.weightFiles)).digest('hex');
  const cached = await cachedWeights(cacheFolder, `${key}.int${bits}.safetensors`, tensors);
  const references = new Map(
    [...cached.tensors].map(([name, entry]) => [name, reference(entry, cached.file)] as const),
  );
  return {
    folder: dirname(cached.file),
    parameters: frozenParameters(references),
    products: blockProducts(matrices, references, quantization),
  };
}

/** The matrices that are held in blocks, by the names of their parameters. */
function matricesOf({ architecture, contents }: LocatedModel): ReadonlyMap<string, MatrixLayout> {
  const { headParameter, vocabularySize, hiddenSize } = architecture;
  return new Map<string, MatrixLayout>([
    ...contents.linears.map((linear) => [weightOf(linear), linear] as const),
    [headParameter, { outFeatures: vocabularySize, inFeatures: hiddenSize, layout: 'out-in' }],
  ]);
}

/** Whether tokens are looked up in the head: rows of blocks cannot be. */
function isEmbedding({ architecture }: LocatedModel, name: string): boolean {
  return name === architecture.headParameter && name !== HEAD_PARAMETER;
}

const valuesOf = (name: string): string => `${name}.blocks`;
const scalesOf = (name: string): string => `${name}.scales`;

/** Both tensors of a matrix, from one reading of it: what is written second is kept since the first. */
function blocksOf(
  name: string,
  matrix: MatrixLayout,
  quantization: BlockQuantization,
  location: TensorLocation,
): TensorSource[] {
  const { outFeatures, inFeatures } = matrix;
  const blocks = blocksIn(inFeatures, quantization);
  let scales: Float32Array | null = null;
  const read = async (): Promise<QuantizedData> =>
    quantizeMatrix(await readTensor(location.file, location), matrix, quantization);
  return [
    {
      name: valuesOf(name),
      shape: [outFeatures, blocks, blockBytes(quantization)],
      dtype: 'U8',
      data: async () => {
        const quantized = await read();
        scales = quantized.scales;
        return quantized.values;
      },
    },
    {
      name: scalesOf(name),
      shape: [outFeatures * blocks],
      data: async () => scales ?? (await read()).scales,
    },
  ];
}

function blockProducts(
  matrices: ReadonlyMap<string, MatrixLayout>,
  references: ReadonlyMap<string, WeightReference>,
  quantization: BlockQuantization,
): BlockProducts {
  const weight = (graph: Graph, name: string, dtype: 'uint8' | 'float32'): Value => {
    const found = references.get(name);
    if (!found) throw new RangeError(`the weights in blocks lack ${name}`);
    const { file, offset, length, shape } = found;
    return graph.weight(name, dtype, shape, { file, offset, bytes: length });
  };
  return (graph, name) => {
    if (!matrices.has(name)) return null;
    return (x) =>
      matmulBlocks(x, weight(graph, valuesOf(name), 'uint8'), weight(graph, scalesOf(name), 'float32'), quantization);
  };
}
