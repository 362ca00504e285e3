/** A model's weights as the files that Hugging Face has them in: one, or numbered shards with an index. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WEIGHTS_FILE, WEIGHTS_INDEX_FILE } from './modelFolder.ts';
import { writeSafetensors, type TensorSource } from './safetensorsWriter.ts';

/** Of one file, in bytes of tensors: transformers' `max_shard_size`. A larger tensor has a file of its own. */
export const SHARD_BYTES = 5e9;

/**
 * Writes the weights into a folder, in the order given; none of the files may be there. All is flushed to the disk.
 *
 * @returns size of the files in bytes
 * @throws RangeError as `writeSafetensors` does
 */
export async function writeWeights(
  folder: string,
  tensors: readonly TensorSource[],
  shardBytes = SHARD_BYTES,
): Promise<number> {
  const shards = inShards(tensors, shardBytes);
  const metadata = { format: 'pt' };
  if (shards.length <= 1) return writeSafetensors(join(folder, WEIGHTS_FILE), tensors, metadata);
  const weightMap: Record<string, string> = {};
  let written = 0;
  for (const [index, shard] of shards.entries()) {
    const file = shardName(index + 1, shards.length);
    written += await writeSafetensors(join(folder, file), shard, metadata);
    for (const { name } of shard) weightMap[name] = file;
  }
  const index = { metadata: { total_size: bytesOf(tensors) }, weight_map: weightMap };
  await writeFile(join(folder, WEIGHTS_INDEX_FILE), `${JSON.stringify(index, null, 2)}\n`, { flag: 'wx', flush: true });
  return written;
}

function inShards(tensors: readonly TensorSource[], shardBytes: number): TensorSource[][] {
  const shards: TensorSource[][] = [];
  for (const tensor of tensors) {
    const last = shards.at(-1);
    if (last && bytesOf(last) + bytesOf([tensor]) <= shardBytes) last.push(tensor);
    else shards.push([tensor]);
  }
  return shards;
}

function shardName(number: number, of: number): string {
  const digits = (value: number): string => String(value).padStart(5, '0');
  return `model-${digits(number)}-of-${digits(of)}.safetensors`;
}

function bytesOf(tensors: readonly TensorSource[]): number {
  return tensors.reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT),
    0,
  );
}
