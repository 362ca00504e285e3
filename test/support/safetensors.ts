/** Files of tensors for tests. */
import { rm } from 'node:fs/promises';
import { writeSafetensors } from '../../src/engine/model/safetensorsWriter.ts';
import type { Tensor } from '../../src/engine/model/tensorData.ts';

/** Writes tensors as float32, in place of a file of that name. */
export async function writeTensors(file: string, tensors: ReadonlyMap<string, Tensor>): Promise<void> {
  await rm(file, { force: true });
  await writeSafetensors(
    file,
    Array.from(tensors, ([name, { shape, data }]) => ({ name, shape, data })),
  );
}
