/**
 * Weights as ONNX Runtime can map them into memory: float32, in real files of one folder, by offset and length. F32 models are
 * referenced where they lie; ONNX Runtime's CPU provider takes no bfloat16 and cannot convert while mapping, so everything else
 * is widened once into a file of the cache, under a name that is a hash of its contents.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../protocol/errors.ts';
import { isMissing } from './jsonFile.ts';
import { hashFiles } from './modelHash.ts';
import type { ModelFolder, TensorLocation } from './modelFolder.ts';
import { DTYPE_BYTES, readSafetensorsHeader, type TensorEntry } from './safetensors.ts';
import { writeSafetensors } from './safetensorsWriter.ts';
import { readTensor } from './tensorData.ts';

/** Where a weight's float32 values lie in a file of the folder. */
export interface WeightReference {
  /** Base name. */
  readonly file: string;
  /** In bytes. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
  readonly shape: readonly number[];
}

export interface WeightReferences {
  /** Absolute and real: ONNX Runtime refuses external data outside one folder, and links. */
  readonly folder: string;
  readonly tensors: ReadonlyMap<string, WeightReference>;
}

/** Raised when what is written for the same weights changes, so that older files are not taken. */
const CACHE_FORMAT = 1;
const CACHE_SUFFIX = '.float32.safetensors';
/** A file being written: its name, the process that writes it, this. */
const INCOMPLETE = /\.(\d+)\.incomplete$/;

/**
 * References to the tensors named. Nothing is written for F32 models in one folder; others take 4 bytes per value in
 * `cacheFolder` at first use, and about a second per gigabyte of hashing at every use.
 *
 * @param names tensors that the graphs use; a checkpoint may hold others, such as stored attention masks
 * @param cacheFolder made where it does not exist. One call at a time in each process; several processes may share it
 * @throws RangeError when the model has no tensor of a name (`requireTensor` tells the user)
 * @throws SafetensorsError for a dtype that cannot be used; UserError when the cache cannot be written
 */
export async function referenceWeights(
  model: ModelFolder,
  names: readonly string[],
  cacheFolder: string,
): Promise<WeightReferences> {
  const locations = [...new Set(names)].map((name) => {
    const location = model.tensors.get(name);
    if (location === undefined) throw new RangeError(`${model.path} has no tensor "${name}".`);
    return location;
  });
  const [folder, ...otherFolders] = new Set(locations.map(({ file }) => dirname(file)));
  if (folder !== undefined && otherFolders.length === 0 && locations.every(({ dtype }) => dtype === 'F32')) {
    return {
      folder,
      tensors: new Map(locations.map((location) => [location.name, reference(location, location.file)])),
    };
  }
  await mkdir(cacheFolder, { recursive: true });
  const cache = await realpath(cacheFolder);
  const contents = [
    CACHE_FORMAT,
    locations.map(({ name }) => name).sort(),
    await hashFiles(model.path, model.weightFiles),
  ];
  const key = createHash('sha256').update(JSON.stringify(contents)).digest('hex');
  const file = join(cache, key + CACHE_SUFFIX);
  const entries = (await readCached(file)) ?? (await writeCached(file, locations));
  return {
    folder: cache,
    tensors: new Map([...entries.values()].map((entry) => [entry.name, reference(entry, file)])),
  };
}

function reference({ offset, bytes, shape }: TensorEntry, file: string): WeightReference {
  return { file: basename(file), offset, length: bytes, shape };
}

/** The tensors of a cache file; null where it is not there. Files get their name when they are whole. */
async function readCached(file: string): Promise<ReadonlyMap<string, TensorEntry> | null> {
  try {
    return (await readSafetensorsHeader(file)).tensors;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Writes the file whole or not at all, one tensor in memory at a time. */
async function writeCached(
  file: string,
  locations: readonly TensorLocation[],
): Promise<ReadonlyMap<string, TensorEntry>> {
  await removeLeftovers(dirname(file));
  const temporary = `${file}.${process.pid}.incomplete`;
  try {
    await writeSafetensors(
      temporary,
      locations.map((location) => ({
        name: location.name,
        shape: location.shape,
        data: () => readTensor(location.file, location),
      })),
    );
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    // Windows refuses to replace a file that another process has mapped; it has the same bytes.
    const written = await readCached(file);
    if (written !== null) return written;
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      const bytes = locations.reduce(
        (sum, { dtype, bytes }) => sum + (bytes / DTYPE_BYTES[dtype]) * DTYPE_BYTES.F32,
        0,
      );
      throw new UserError(
        `The disk of ${dirname(file)} is full: ${bytes} bytes are needed there for the weights as float32. Make room and start again.`,
      );
    }
    throw error;
  }
  return (await readSafetensorsHeader(file)).tensors;
}

/** Removes what writers that are gone have left: such a file can be as large as the model. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const writer = INCOMPLETE.exec(name)?.[1];
    if (writer !== undefined && !isRunning(Number(writer))) await rm(join(folder, name), { force: true });
  }
}

/** Whether another process has this id. What carries our own id is from an earlier process that had it. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
