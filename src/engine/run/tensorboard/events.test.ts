import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileVersionEvent, restartEvent, scalarsEvent } from './events.ts';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

// The bytes that TensorBoard's own writer gave for these events: tensorboard.summary.writer.record_writer.RecordWriter over
// tensorboard.compat.proto.event_pb2.Event, TensorBoard 2.21.0.
test('the bytes are those of TensorBoard', () => {
  assert.equal(
    hex(fileVersionEvent(1_767_268_800)),
    '1800000000000000a37f4b2209000000709855da411a0d627261696e2e4576656e743a320e4ac004',
  );
  assert.equal(
    hex(
      scalarsEvent(1_767_268_812.5, 3, [
        { tag: 'loss', value: -0.25 },
        { tag: 'rewards/café/mean', value: 0.1 },
      ]),
    ),
    '3500000000000000d6c55de609000020739855da4110032a280a0b0a046c6f737315000080be0a190a12726577617264732f636166c3a92f6d65616e15cdcccc3d19b13074',
  );
  assert.equal(
    hex(restartEvent(1_767_268_800, 2 ** 40)),
    '14000000000000005e3d291509000000709855da41108080808080203a020801c5f3bf61',
  );
});

test('a step without metrics is an event without values', () => {
  assert.equal(scalarsEvent(0, 0, []).length, 8 + 4 + 9 + 2 + 2 + 4);
});
