/**
 * The weights of a frozen base in few bits: every matrix of a linear layer and, below 16 bits, the output head; everything else as it is. The
 * form is made once and kept as a file, so that it is mapped into memory like any other weights.
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { weightLevels } from '../onnx/integerProducts.ts';
import { blockBytes, blocksIn } from '../onnx/blocks.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import type { DType } from '../onnx/valueType.ts';
import {
  dequantizeBlocks,
  dequantizeRows,
  matmul,
  matmulBlocks,
  matmulRows,
  matmulRowsTransposed,
} from '../onnx/operations.ts';
import type { Shape } from '../onnx/shape.ts';
import { frozenHalves, halfMatrix, requireFloat16 } from './halfMatrices.ts';
import { BLOCKS, quantizeMatrix, type QuantizedData } from './blockQuantization.ts';
import type { FrozenMatrices, MatrixLayout } from './frozenMatrix.ts';
import { weightOf } from './linears.ts';
import type { LocatedModel } from './locateModel.ts';
import { knownHash } from './knownHash.ts';
import { requireTensor, type TensorLocation } from './modelFolder.ts';
import { quantizeRows, type QuantizedRows } from './rowQuantization.ts';
import type { TensorSource } from './safetensorsWriter.ts';
import { readTensor } from './tensorData.ts';
import { HEAD_PARAMETER } from './tiedHead.ts';
import { cachedWeights } from './weightCache.ts';
import { reference, type WeightReference } from './weightFiles.ts';

export interface QuantizedWeights {
  /** Absolute and real, of the file that both refer to. */
  readonly weightsFolder: string;
  /** What is not in few bits, by the architecture's parameter names. */
  readonly weights: ReadonlyMap<string, WeightReference>;
  readonly matrices: FrozenMatrices;
}

/** `float16`: halves, for graphics cards. `int8`: one scale a row, products in integers both ways. `int4`: 16 levels a value, in `BLOCKS`. */
export type QuantizedForm = 'float16' | 'int8' | 'int4';

/** Raised when what is written for the same weights changes, so that older files are not taken. */
const CACHE_FORMAT = 3;

/**
 * The weights of a model in few bits. Takes the room of the form in `cacheFolder` and a second per hundred million values at first use, and
 * about a second per gigabyte of the model's files at every use.
 *
 * @throws UserError where there is no room for it, a tensor cannot be read, or has a number that is too large for the form
 */
export async function quantizedWeights(
  model: LocatedModel,
  form: QuantizedForm,
  cacheFolder: string,
): Promise<QuantizedWeights> {
  const levels = form === 'int8' ? await weightLevels() : null;
  const matrices = matricesOf(model, form);
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
      tensorsOf(name, matrix, { form, levels }, locate(name, contents.parameters.get(name) ?? [])),
    ),
  ];
  const description = [CACHE_FORMAT, form, levels, BLOCKS, tensors.map(({ name }) => name)];
  const hash = createHash('sha256').update(JSON.stringify(description));
  const key = hash.update(await knownHash(folder.path, folder.weightFiles)).digest('hex');
  const cached = await cachedWeights(cacheFolder, `${key}.${form}.safetensors`, tensors);
  const references = new Map(
    [...cached.tensors].map(([name, entry]) => [name, reference(entry, cached.file)] as const),
  );
  return {
    weightsFolder: dirname(cached.file),
    weights: new Map(
      plain.flatMap(([name]) => {
        const found = references.get(name);
        return found ? [[name, found] as const] : [];
      }),
    ),
    matrices: frozenMatrices(matrices, references, form),
  };
}

/**
 * The matrices that are held in few bits, by the names of their parameters. In 16 bits the head is not among them: its logits are what
 * probabilities are made of, and in most models it is the embedding too.
 */
function matricesOf({ architecture, contents }: LocatedModel, form: QuantizedForm): ReadonlyMap<string, MatrixLayout> {
  const { headParameter, vocabularySize, hiddenSize } = architecture;
  const linears = contents.linears.map((linear) => [weightOf(linear), linear] as const);
  if (form === 'float16') return new Map<string, MatrixLayout>(linears);
  const head = { outFeatures: vocabularySize, inFeatures: hiddenSize, layout: 'out-in' } as const;
  return new Map<string, MatrixLayout>([...linears, [headParameter, head]]);
}

/** Whether tokens are looked up in the head, for which it stays as it is beside. */
function isEmbedding({ architecture }: LocatedModel, name: string): boolean {
  return name === architecture.headParameter && name !== HEAD_PARAMETER;
}

const halvesOf = (name: string): string => `${name}.halves`;
const valuesOf = (name: string): string => `${name}.levels`;
const scalesOf = (name: string): string => `${name}.scales`;

/**
 * The tensors of a matrix, from one reading of it: what is written second is kept since the first.
 *
 * @param levels of a weight in 8 bits; null otherwise
 */
function tensorsOf(
  name: string,
  matrix: MatrixLayout,
  { form, levels }: { readonly form: QuantizedForm; readonly levels: number | null },
  location: TensorLocation,
): TensorSource[] {
  const { outFeatures, inFeatures } = matrix;
  if (form === 'float16') {
    const data = async (): Promise<Uint16Array> => {
      const values = await readTensor(location.file, location);
      requireFloat16(location, values);
      return halfMatrix(values, matrix);
    };
    return [{ name: halvesOf(name), shape: [inFeatures, outFeatures], dtype: 'F16', data }];
  }
  const blocks = blocksIn(inFeatures, BLOCKS);
  let scales: Float32Array | null = null;
  const read = async (): Promise<QuantizedData | QuantizedRows> => {
    const data = await readTensor(location.file, location);
    return levels === null ? quantizeMatrix(data, matrix, BLOCKS) : quantizeRows(data, matrix, levels);
  };
  return [
    {
      name: valuesOf(name),
      shape: levels === null ? [outFeatures, blocks, blockBytes(BLOCKS)] : [outFeatures, inFeatures],
      dtype: levels === null ? 'U8' : 'I8',
      data: async () => {
        const quantized = await read();
        scales = quantized.scales;
        return quantized.values;
      },
    },
    {
      name: scalesOf(name),
      shape: [levels === null ? outFeatures * blocks : outFeatures],
      data: async () => scales ?? (await read()).scales,
    },
  ];
}

function frozenMatrices(
  layouts: ReadonlyMap<string, MatrixLayout>,
  references: ReadonlyMap<string, WeightReference>,
  form: QuantizedForm,
): FrozenMatrices {
  const weight = (graph: Graph, name: string, dtype: DType, shape: Shape): Value => {
    const found = references.get(name);
    if (!found) throw new RangeError(`the weights in few bits lack ${name}`);
    const { file, offset, length } = found;
    return graph.weight(name, dtype, shape, { file, offset, bytes: length });
  };
  return (graph, name) => {
    const layout = layouts.get(name);
    if (!layout) return null;
    const { outFeatures, inFeatures } = layout;
    if (form === 'float16') return frozenHalves(layout, (dtype, shape) => weight(graph, halvesOf(name), dtype, shape));
    if (form === 'int8') {
      const values = weight(graph, valuesOf(name), 'int8', [outFeatures, inFeatures]);
      const scales = weight(graph, scalesOf(name), 'float32', [outFeatures]);
      return {
        outFeatures,
        forward: (x) => matmulRows(x, values, scales),
        backward: (dy) => matmulRowsTransposed(dy, values, scales),
        dequantized: () => dequantizeRows(values, scales),
      };
    }
    const blocks = blocksIn(inFeatures, BLOCKS);
    const scales = (shape: Shape): Value => weight(graph, scalesOf(name), 'float32', shape);
    const dequantized = (): Value => {
      const values = weight(graph, valuesOf(name), 'uint4', [outFeatures, blocks * BLOCKS.blockSize]);
      return dequantizeBlocks(values, scales([outFeatures, blocks]), inFeatures, BLOCKS);
    };
    return {
      outFeatures,
      forward: (x) => {
        const values = weight(graph, valuesOf(name), 'uint8', [outFeatures, blocks, blockBytes(BLOCKS)]);
        return matmulBlocks(x, values, scales([outFeatures * blocks]), BLOCKS);
      },
      backward: (dy) => matmul(dy, dequantized()),
      dequantized,
    };
  };
}
