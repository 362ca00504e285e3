/**
 * Frames of the link between editor and engine: a JSON head, and typed arrays as they lie in memory, for both ends are on one machine.
 *
 *     uint32  bytes of the whole frame, this number included (little endian, as the next)
 *     uint32  bytes of the head
 *     head    UTF-8 JSON: { "message": ..., "arrays": [{ "type": "Float64Array", "length": 3 }, ...] }
 *     arrays  the bytes of each, beginning at a multiple of 8 counted from the frame's start; zeros between
 *
 * Whatever arrives, decoding throws nothing: a stream that breaks these rules has failed, and its connection is to be ended.
 */
import { z } from 'zod';

/** What may travel beside a message. */
export type FrameArray = Float64Array | Float32Array | Int32Array | Uint8Array;

export interface Frame {
  /** The sender's, unchecked. */
  readonly message: unknown;
  readonly arrays: readonly FrameArray[];
}

/** The largest message are the scores of every completion of a long run: 500,000 with ten rewards are 44 MB. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** Before the other end has said who it is, a few hundred bytes are all that it has to say. */
export const MAX_GREETING_BYTES = 4096;

/** One for the combined reward and one for each function: no experiment has as many. */
const MAX_ARRAYS = 1024;

const LENGTHS_BYTES = 8;
/** The widest element: views need their offset to be a multiple of it. */
const ALIGNMENT = 8;

const arrayTypes = {
  Float64Array: (bytes: ArrayBuffer) => new Float64Array(bytes),
  Float32Array: (bytes: ArrayBuffer) => new Float32Array(bytes),
  Int32Array: (bytes: ArrayBuffer) => new Int32Array(bytes),
  Uint8Array: (bytes: ArrayBuffer) => new Uint8Array(bytes),
} as const;
type ArrayType = keyof typeof arrayTypes;

const elementBytes: Readonly<Record<ArrayType, number>> = {
  Float64Array: 8,
  Float32Array: 4,
  Int32Array: 4,
  Uint8Array: 1,
};

const headSchema = z.strictObject({
  message: z.unknown(),
  arrays: z
    .array(
      z.strictObject({
        type: z.enum(['Float64Array', 'Float32Array', 'Int32Array', 'Uint8Array']),
        length: z.int().nonnegative(),
      }),
    )
    .max(MAX_ARRAYS),
});

/** @throws RangeError for a message beyond the limits above, which the receiver would refuse */
export function encodeFrame(message: unknown, arrays: readonly FrameArray[] = [], maxBytes = MAX_FRAME_BYTES): Buffer {
  const described = arrays.map((array) => ({ type: typeOf(array), length: array.length }));
  const head = Buffer.from(JSON.stringify({ message, arrays: described }), 'utf8');
  const offsets: number[] = [];
  let total = LENGTHS_BYTES + head.byteLength;
  for (const array of arrays) {
    const offset = aligned(total);
    offsets.push(offset);
    total = offset + array.byteLength;
  }
  if (total > maxBytes || arrays.length > MAX_ARRAYS)
    throw new RangeError(`a message of ${total} bytes and ${arrays.length} arrays is too large for a frame`);
  const frame = Buffer.alloc(total);
  frame.writeUInt32LE(total, 0);
  frame.writeUInt32LE(head.byteLength, 4);
  frame.set(head, LENGTHS_BYTES);
  for (const [index, array] of arrays.entries()) {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offsets[index] ?? 0);
  }
  return frame;
}

function typeOf(array: FrameArray): ArrayType {
  if (array instanceof Float64Array) return 'Float64Array';
  if (array instanceof Float32Array) return 'Float32Array';
  return array instanceof Int32Array ? 'Int32Array' : 'Uint8Array';
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

export interface FrameReceiver {
  onFrame(frame: Frame): void;
  /** The stream cannot be read on, and why. Called once; there are no more frames after it. */
  onFailure(reason: string): void;
}

/** Cuts a stream of bytes, in whatever pieces it comes, into frames. Holds one frame at most, and no memory that was merely announced. */
export class FrameDecoder {
  /** A frame may be no larger than this; may be changed at any time, within `onFrame` for those behind it. */
  maxBytes: number;
  readonly #receiver: FrameReceiver;
  #parts: Uint8Array[] = [];
  #held = 0;
  #failed = false;

  constructor(receiver: FrameReceiver, maxBytes: number = MAX_FRAME_BYTES) {
    this.#receiver = receiver;
    this.maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): void {
    if (this.#failed) return;
    this.#parts.push(chunk);
    this.#held += chunk.byteLength;
    for (let frame = this.#next(); frame !== null; frame = this.#next()) this.#receiver.onFrame(frame);
  }

  /** The next complete frame; null where there is none yet, or never will be. */
  #next(): Frame | null {
    if (this.#held < LENGTHS_BYTES) return null;
    const lengths = this.#joined(LENGTHS_BYTES);
    const total = lengths.readUInt32LE(0);
    if (total > this.maxBytes) return this.#fail(`a frame of ${total} bytes is more than the ${this.maxBytes} allowed`);
    if (total < LENGTHS_BYTES) return this.#fail(`a frame cannot be ${total} bytes long`);
    // At once: text that is no frame announces half a gigabyte, which would be waited for.
    if (LENGTHS_BYTES + lengths.readUInt32LE(4) > total)
      return this.#fail('the head of a frame is longer than the frame');
    if (this.#held < total) return null;
    const bytes = this.#joined(total);
    const rest = this.#parts.slice(1);
    this.#parts = bytes.byteLength > total ? [bytes.subarray(total), ...rest] : rest;
    this.#held -= total;
    const frame = decode(bytes.subarray(0, total));
    return typeof frame === 'string' ? this.#fail(frame) : frame;
  }

  /** The first bytes that are held, at least as many as asked for, in one piece; it is copied together only where it is not one yet. */
  #joined(bytes: number): Buffer {
    const [first = new Uint8Array()] = this.#parts;
    if (first.byteLength >= bytes) return Buffer.from(first.buffer, first.byteOffset, first.byteLength);
    const joined = Buffer.concat(this.#parts);
    this.#parts = [joined];
    return joined;
  }

  #fail(reason: string): null {
    this.#failed = true;
    this.#parts = [];
    this.#held = 0;
    this.#receiver.onFailure(reason);
    return null;
  }
}

/** One whole frame, or what is wrong with it. */
function decode(bytes: Buffer): Frame | string {
  const headEnd = LENGTHS_BYTES + bytes.readUInt32LE(4);
  const head = headSchema.safeParse(parseJson(bytes.subarray(LENGTHS_BYTES, headEnd)));
  if (!head.success) return 'the head of a frame is not what it should be';
  const arrays: FrameArray[] = [];
  let end = headEnd;
  for (const { type, length } of head.data.arrays) {
    const start = aligned(end);
    end = start + length * elementBytes[type];
    if (end > bytes.byteLength) return 'the arrays of a frame are longer than the frame';
    // A copy of its own: it lies aligned in memory, and does not keep the whole chunk alive.
    arrays.push(arrayTypes[type](new Uint8Array(bytes.subarray(start, end)).buffer));
  }
  if (end !== bytes.byteLength) return 'a frame is longer than what is in it';
  return { message: head.data.message, arrays };
}

/** undefined where it is no JSON, which no schema takes. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
