import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, FrameDecoder, MAX_FRAME_BYTES, type Frame, type FrameArray } from './frames.ts';

interface Received {
  readonly frames: Frame[];
  readonly failures: string[];
}

/** What comes out of the chunks. */
function receive(chunks: readonly Uint8Array[], maxBytes = MAX_FRAME_BYTES): Received {
  const received: Received = { frames: [], failures: [] };
  const decoder = new FrameDecoder(
    {
      onFrame: (frame) => received.frames.push(frame),
      onFailure: (reason) => received.failures.push(reason),
    },
    maxBytes,
  );
  for (const chunk of chunks) decoder.push(chunk);
  return received;
}

/** Cuts `bytes` at some of its places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.byteLength + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.byteLength));
}

const arrays: fc.Arbitrary<FrameArray> = fc.oneof(
  fc.float64Array({ maxLength: 9 }),
  fc.float32Array({ maxLength: 9 }),
  fc.int32Array({ maxLength: 9 }),
  fc.uint8Array({ maxLength: 9 }),
);
const frames = fc.array(fc.record({ message: fc.jsonValue(), arrays: fc.array(arrays, { maxLength: 4 }) }), {
  minLength: 1,
  maxLength: 5,
});

test('frames come out as they went in, however the stream was cut', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat(), { maxLength: 20 }), (sent, places) => {
      const stream = Buffer.concat(sent.map((frame) => encodeFrame(frame.message, frame.arrays)));
      const { frames: received, failures } = receive(cut(stream, places));
      assert.deepEqual(failures, []);
      assert.deepEqual(
        received.map(({ message, arrays }) => ({ message: JSON.stringify(message), arrays })),
        sent.map(({ message, arrays }) => ({ message: JSON.stringify(message), arrays })),
      );
    }),
  );
});

test('a byte at a time is enough', () => {
  const stream = Buffer.concat([encodeFrame('a', [Float64Array.of(NaN, -0)]), encodeFrame(null)]);
  const { frames: received } = receive(Array.from(stream, (byte) => Uint8Array.of(byte)));
  assert.deepEqual(received, [
    { message: 'a', arrays: [Float64Array.of(NaN, -0)] },
    { message: null, arrays: [] },
  ]);
});

test('a view into a larger buffer is sent without its surroundings', () => {
  const whole = Float32Array.of(1, 2, 3, 4);
  const { frames: received } = receive([encodeFrame({}, [whole.subarray(1, 3)])]);
  assert.deepEqual(received[0]?.arrays, [Float32Array.of(2, 3)]);
});

test('10,000 streams of anything: nothing is thrown, and after a failure nothing more comes', () => {
  const noise = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 6 });
  fc.assert(
    fc.property(noise, (chunks) => {
      const { failures } = receive(chunks);
      assert.ok(failures.length <= 1);
    }),
    { numRuns: 10_000 },
  );
});

test('10,000 frames with a wrong byte: nothing is thrown', () => {
  const broken = fc.record({ sent: frames, place: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(broken, ({ sent, place, byte }) => {
      const stream = Buffer.concat(sent.map((frame) => encodeFrame(frame.message, frame.arrays)));
      stream[place % stream.byteLength] = byte;
      const { failures } = receive([stream]);
      assert.ok(failures.length <= 1);
    }),
    { numRuns: 10_000 },
  );
});

/** A frame with this head, whatever it is, and these bytes behind it. */
function frameOf(head: string, rest = new Uint8Array(), said: { frame?: number; head?: number } = {}): Buffer {
  const bytes = Buffer.alloc(8);
  const encoded = Buffer.from(head, 'utf8');
  bytes.writeUInt32LE(said.frame ?? 8 + encoded.byteLength + rest.byteLength, 0);
  bytes.writeUInt32LE(said.head ?? encoded.byteLength, 4);
  return Buffer.concat([bytes, encoded, rest]);
}

const malformed: readonly (readonly [why: string, frame: Buffer, reason: RegExp])[] = [
  ['larger than allowed', frameOf('{}', undefined, { frame: MAX_FRAME_BYTES + 1 }), /more than the 67108864 allowed/],
  ['4 GiB announced', frameOf('{}', undefined, { frame: 0xffffffff }), /4294967295/],
  ['shorter than its lengths', frameOf('{}', undefined, { frame: 7 }), /cannot be 7 bytes/],
  ['a head longer than the frame', frameOf('{"message":1,"arrays":[]}', undefined, { head: 99 }), /longer than the/],
  ['no JSON', frameOf('{"message":1,"arrays":[]'), /not what it should be/],
  ['no head', frameOf(''), /not what it should be/],
  ['no object', frameOf('[]'), /not what it should be/],
  ['another key', frameOf('{"message":1,"arrays":[],"more":1}'), /not what it should be/],
  ['a prototype', frameOf('{"message":1,"arrays":[],"__proto__":{}}'), /not what it should be/],
  ['an array of no type', frameOf('{"message":1,"arrays":[{"type":"constructor","length":0}]}'), /not what it should/],
  ['a negative length', frameOf('{"message":1,"arrays":[{"type":"Uint8Array","length":-1}]}'), /not what it should be/],
  ['half an element', frameOf('{"message":1,"arrays":[{"type":"Uint8Array","length":0.5}]}'), /not what it should be/],
  [
    'more than there is',
    frameOf('{"message":1,"arrays":[{"type":"Uint8Array","length":9e15}]}'),
    /longer than the frame/,
  ],
  ['less than there is', frameOf('{"message":1,"arrays":[]}', Uint8Array.of(0)), /longer than what is in it/],
  ['nested beyond reason', frameOf('['.repeat(100_000)), /not what it should be/],
  [
    'more arrays than any message has',
    frameOf(JSON.stringify({ message: 1, arrays: Array(2000).fill({ type: 'Uint8Array', length: 0 }) })),
    /not what it should be/,
  ],
];

for (const [why, frame, reason] of malformed) {
  test(`a malformed frame ends the stream: ${why}`, () => {
    const good = encodeFrame('good');
    const { frames: received, failures } = receive([good, frame, good]);
    assert.deepEqual(received, [{ message: 'good', arrays: [] }]);
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? '', reason);
  });
}

test('the limit that holds for a frame is the one that its forerunner left', () => {
  const received: unknown[] = [];
  const failures: string[] = [];
  const decoder = new FrameDecoder(
    {
      onFrame: ({ message }) => {
        received.push(message);
        decoder.maxBytes = 1000;
      },
      onFailure: (reason) => failures.push(reason),
    },
    100,
  );
  decoder.push(Buffer.concat([encodeFrame('small'), encodeFrame('x'.repeat(200)), encodeFrame('x'.repeat(2000))]));
  assert.deepEqual(received, ['small', 'x'.repeat(200)]);
  assert.equal(failures.length, 1);
});

test('what the receiver would refuse is not sent', () => {
  assert.throws(() => encodeFrame(null, [new Uint8Array(MAX_FRAME_BYTES)]), RangeError);
});
