/**
 * The safetensors format (https://huggingface.co/docs/safetensors), read strictly: 8 bytes of header length, a JSON header of
 * names with dtype, shape and offsets, then the tensors' bytes, little-endian, one after the other without gaps.
 * A file is input from elsewhere: nothing in it is believed before it is checked. Values are read in `tensorData.ts`.
 */
import { z } from 'zod';
import { UserError } from '../protocol/errors.ts';
import { clip } from './clip.ts';
import { readFully } from './readFully.ts';
import { openRegularFile } from './regularFile.ts';
import { parseStrictJson, type JsonLimits } from './strictJson.ts';

/** Bytes per element. */
export const DTYPE_BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

export type Dtype = keyof typeof DTYPE_BYTES;

/** Where a tensor lies in its file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** From the start of the file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  /** By name, in the order of the bytes. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/** A safetensors file that cannot be used; the message names the file, the tensor and what to do. */
export class SafetensorsError extends UserError {
  override readonly name = 'SafetensorsError';
}

/** The header's length stands in the first 8 bytes. */
export const LENGTH_BYTES = 8;
/** Largest header accepted. A model of 100,000 tensors has about 12 MB, and parsing takes several times the size in memory. */
export const MAX_HEADER_BYTES = 25_000_000;
/** Most dimensions accepted: NumPy's former limit, where models have up to 5. */
const MAX_RANK = 32;
/** Largest array and objects parsed at all, which leaves it to the checks below to say what is wrong: tensors, metadata, shapes. */
const JSON_LIMITS: JsonLimits = { outermostNames: 200_000, names: 10_000, items: 2 * MAX_RANK };
/** Longest name accepted: longer ones would make messages unreadable, and no model comes near. */
const MAX_NAME_LENGTH = 1000;
/** The one name in the header that is not a tensor. */
export const METADATA_NAME = '__metadata__';

const FETCH_AGAIN = 'The file is damaged or not safetensors: fetch or write it again.';

const count = z.int().min(0);
const isDtype = (value: string): value is Dtype => Object.hasOwn(DTYPE_BYTES, value);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(count).max(MAX_RANK),
  data_offsets: z.tuple([count, count]),
});

/**
 * Reads and checks the header of a file; the tensors' bytes are not read.
 *
 * @throws SafetensorsError when the file breaks the format, is shorter than its header says or has a dtype not listed above
 * @throws as `openRegularFile`
 */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const read = async (offset: number, bytes: number): Promise<Uint8Array> => {
      const part = new Uint8Array(bytes);
      await readFully(file, part, offset);
      return part;
    };
    return await headerOf(read, size, path);
  } finally {
    await file.close();
  }
}

/**
 * The same of a file that is read from elsewhere.
 *
 * @param read so many bytes of it from an offset on
 * @param fileBytes size of the whole file
 * @param path only for messages
 * @throws SafetensorsError, and what `read` rejects with
 */
export async function headerOf(
  read: (offset: number, bytes: number) => Promise<Uint8Array>,
  fileBytes: number,
  path: string,
): Promise<SafetensorsHeader> {
  const start = await read(0, Math.min(LENGTH_BYTES, fileBytes));
  return parseSafetensorsHeader(await read(LENGTH_BYTES, headerLength(start, fileBytes, path)), fileBytes, path);
}

/** The length that the first 8 bytes state, checked against limit and file. */
function headerLength(start: Uint8Array, fileBytes: number, path: string): number {
  if (fileBytes < LENGTH_BYTES) {
    throw new SafetensorsError(`${path} has ${fileBytes} bytes, too few for a safetensors file. ${FETCH_AGAIN}`);
  }
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > MAX_HEADER_BYTES) {
    throw new SafetensorsError(
      `${path} states a header of ${length} bytes; the limit is ${MAX_HEADER_BYTES}. ${FETCH_AGAIN}`,
    );
  }
  if (length > fileBytes - LENGTH_BYTES) {
    throw new SafetensorsError(
      `${path} ends within its header: ${LENGTH_BYTES + length} bytes are stated, ${fileBytes} are there. ${FETCH_AGAIN}`,
    );
  }
  return length;
}

/**
 * Checks a header: dtypes listed above, dtype x shape = bytes, tensors one after the other without hole or overlap, exactly to the
 * end of the file.
 *
 * @param header the JSON without the 8 bytes before it
 * @param fileBytes size of the whole file
 * @param path only for messages
 * @throws SafetensorsError
 */
export function parseSafetensorsHeader(header: Uint8Array, fileBytes: number, path: string): SafetensorsHeader {
  const json = parseHeaderJson(header, path);
  let metadata: ReadonlyMap<string, string> = new Map();
  const entries: TensorEntry[] = [];
  const dataStart = LENGTH_BYTES + header.length;
  for (const [name, value] of Object.entries(json)) {
    if (name === METADATA_NAME) metadata = parseMetadata(value, path);
    else entries.push(parseEntry(name, value, dataStart, path));
  }
  entries.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  const last = entries.at(-1);
  const expected = last === undefined ? dataStart : last.offset + last.bytes;
  let end = dataStart;
  for (const { name, offset, bytes } of entries) {
    if (offset !== end) {
      throw new SafetensorsError(
        `${path}: tensor "${name}" starts at byte ${offset}, but the one before it ends at ${end}. ${FETCH_AGAIN}`,
      );
    }
    end = offset + bytes;
    if (end > fileBytes) {
      throw new SafetensorsError(
        `${path} is truncated within tensor "${name}": ${expected} bytes are expected, ${fileBytes} are there. ${FETCH_AGAIN}`,
      );
    }
  }
  if (end !== fileBytes) {
    throw new SafetensorsError(
      `${path}: the tensors end at byte ${end}, the file at byte ${fileBytes}. ${FETCH_AGAIN}`,
    );
  }
  return { metadata, tensors: new Map(entries.map((entry) => [entry.name, entry])) };
}

function parseHeaderJson(header: Uint8Array, path: string): object {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
    const json = parseStrictJson(text, JSON_LIMITS);
    if (typeof json === 'object' && json !== null && text.startsWith('{')) return json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SafetensorsError(`${path}: the header is not valid JSON (${reason}). ${FETCH_AGAIN}`);
  }
  throw new SafetensorsError(`${path}: the header is not a JSON object. ${FETCH_AGAIN}`);
}

function parseMetadata(value: unknown, path: string): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  for (const [key, text] of Object.entries(typeof value === 'object' && value !== null ? value : { value })) {
    if (typeof text !== 'string') {
      throw new SafetensorsError(
        `${path}: "${METADATA_NAME}" must be an object of strings, "${clip(key)}" is not one. ${FETCH_AGAIN}`,
      );
    }
    metadata.set(key, text);
  }
  return metadata;
}

function parseEntry(name: string, value: unknown, dataStart: number, path: string): TensorEntry {
  if (name.length > MAX_NAME_LENGTH) {
    throw new SafetensorsError(
      `${path}: a tensor's name has ${name.length} characters; the limit is ${MAX_NAME_LENGTH}. ${FETCH_AGAIN}`,
    );
  }
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new SafetensorsError(
      `${path}: the header's entry of tensor "${name}" is wrong (${clip(problems.join('; '))}). ${FETCH_AGAIN}`,
    );
  }
  const { dtype, shape, data_offsets: offsets } = parsed.data;
  // The format grows: a file with a dtype that came later is whole, and fetching it again would not help.
  if (!isDtype(dtype)) {
    throw new SafetensorsError(
      `${path}: tensor "${name}" has the dtype ${JSON.stringify(clip(dtype))}, which this engine does not read (it reads ` +
        `${Object.keys(DTYPE_BYTES).join(', ')}). Where it is a quantised model, take the model that it was made from.`,
    );
  }
  const [begin, end] = offsets;
  const bytes = shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]);
  if (end - begin !== bytes || !Number.isSafeInteger(bytes)) {
    throw new SafetensorsError(
      `${path}: tensor "${name}" of dtype ${dtype} and shape [${shape.join(', ')}] takes ${bytes} bytes, the header gives it ${end - begin}. ${FETCH_AGAIN}`,
    );
  }
  return { name, dtype, shape, offset: dataStart + begin, bytes };
}
