/**
 * TensorBoard's event files: a sequence of TFRecords, each an `Event` message (tensorflow/core/util/event.proto). Only what scalars need of
 * the schema is written, with the standard's field numbers.
 */
import protobuf from 'protobufjs/minimal.js';
import { maskedCrc32c } from './crc32c.ts';

export interface Scalar {
  readonly tag: string;
  /** Kept as a 32-bit float, which is what TensorBoard's scalars are. */
  readonly value: number;
}

/** What tells TensorBoard which schema follows; the first record of a file. @param wallTime seconds since 1970 */
export function fileVersionEvent(wallTime: number): Uint8Array {
  return tfRecord(event(wallTime).uint32(FIELD.fileVersion).string('brain.Event:2').finish());
}

/** The scalars of one step. @param wallTime seconds since 1970 */
export function scalarsEvent(wallTime: number, step: number, scalars: readonly Scalar[]): Uint8Array {
  const writer = event(wallTime).uint32(FIELD.step).int64(step).uint32(FIELD.summary).fork();
  for (const { tag, value } of scalars) {
    writer.uint32(FIELD.summaryValue).fork().uint32(FIELD.tag).string(tag);
    writer.uint32(FIELD.simpleValue).float(value).ldelim();
  }
  return tfRecord(writer.ldelim().finish());
}

/** Says that whatever was told of `step` and later steps is told anew: TensorBoard forgets it. */
export function restartEvent(wallTime: number, step: number): Uint8Array {
  const writer = event(wallTime).uint32(FIELD.step).int64(step).uint32(FIELD.sessionLog).fork();
  return tfRecord(writer.uint32(FIELD.sessionStatus).int32(SESSION_START).ldelim().finish());
}

/** Field number and wire type (https://protobuf.dev/programming-guides/encoding), as they stand in front of a value. */
function tag(field: number, wireType: 'varint' | 'fixed64' | 'bytes' | 'fixed32'): number {
  return (field << 3) | { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 }[wireType];
}

const FIELD = {
  // Event
  wallTime: tag(1, 'fixed64'),
  step: tag(2, 'varint'),
  fileVersion: tag(3, 'bytes'),
  summary: tag(5, 'bytes'),
  sessionLog: tag(7, 'bytes'),
  // Summary and Summary.Value
  summaryValue: tag(1, 'bytes'),
  tag: tag(1, 'bytes'),
  simpleValue: tag(2, 'fixed32'),
  // SessionLog
  sessionStatus: tag(1, 'varint'),
};

/** SessionLog.SessionStatus.START */
const SESSION_START = 1;

function event(wallTime: number): protobuf.Writer {
  return protobuf.Writer.create().uint32(FIELD.wallTime).double(wallTime);
}

/** Length as 64 bits, its checksum, the data, their checksum; all little-endian. */
function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}
