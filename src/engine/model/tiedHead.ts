/** A head stored beside the embedding that it is tied to: only the embedding is computed with, so the two have to be the same. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../protocol/errors.ts';
import { CONFIG_FILE, type ModelFolder, type TensorLocation } from './modelFolder.ts';
import { readFully } from './readFully.ts';

/** Its name in every architecture here, whatever the names of the others begin with. */
export const HEAD_PARAMETER = 'lm_head.weight';

/** Bytes compared at once, of either tensor. */
const CHUNK_BYTES = 1 << 22;

/**
 * Checks a head that is stored though another tensor takes its place.
 *
 * @param used what the architecture takes as its head
 * @throws UserError when the stored one differs from it in type, shape or any byte
 */
export async function requireTiedHead({ path, tensors }: ModelFolder, used: TensorLocation): Promise<void> {
  const stored = tensors.get(HEAD_PARAMETER);
  if (!stored || stored.name === used.name || (await haveSameBytes(stored, used))) return;
  throw new UserError(
    `${stored.file}: "${stored.name}" differs from "${used.name}", and ${join(path, CONFIG_FILE)} ties the two. ` +
      'Set "tie_word_embeddings" to false there, so that the model is computed with both.',
  );
}

async function haveSameBytes(a: TensorLocation, b: TensorLocation): Promise<boolean> {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return false;
  for (let done = 0; done < a.bytes; done += CHUNK_BYTES) {
    const [ofA, ofB] = await Promise.all([readChunk(a, done), readChunk(b, done)]);
    if (!ofA.equals(ofB)) return false;
  }
  return true;
}

async function readChunk({ file: path, offset, bytes }: TensorLocation, from: number): Promise<Buffer> {
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, bytes - from));
  const file = await open(path, 'r');
  try {
    await readFully(file, chunk, offset + from);
  } finally {
    await file.close();
  }
  return chunk;
}
