/**
 * What a server says over a WebSocket, RFC 6455. Node's own `WebSocket` offers to compress, which Ray's dashboard passes on to whom it asks in
 * turn and then does not understand what it is answered, so its log could not be followed with that.
 */
import http from 'node:http';
import https from 'node:https';
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';

/** Ray's own client takes 4 MiB at most. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

const OPCODE = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;
/** Set in the length of a frame where the real one follows in 2 or 8 bytes. */
const LENGTH_IN_2 = 126;
const LENGTH_IN_8 = 127;
const MASK_BYTES = 4;

/** The server answered with something else than a WebSocket. */
export class NoWebSocket extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`it answered with ${status}`);
    this.status = status;
  }
}

/** The payloads that come, until the server closes. Rejects as the connection and the signal do, and with NoWebSocket. */
export async function* receivedFrames(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  const socket = await connect(url, headers, signal);
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    let rest = Buffer.alloc(0);
    for await (const chunk of socket) {
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- no encoding is set
      rest = Buffer.concat([rest, chunk as Buffer]);
      for (let frame = nextFrame(rest); frame !== null; frame = nextFrame(rest)) {
        rest = rest.subarray(frame.end);
        if (frame.opcode === OPCODE.close) return;
        if (frame.opcode === OPCODE.ping) socket.write(masked(OPCODE.pong, frame.payload));
        else if (frame.opcode < OPCODE.close) yield frame.payload;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

function connect(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const asked = (url.startsWith('https:') ? https : http).request(url, {
      headers: {
        ...headers,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      },
      signal,
    });
    asked.on('upgrade', (_, socket, head) => {
      if (head.byteLength > 0) socket.unshift(head);
      resolve(socket);
    });
    asked.on('response', (response) => {
      response.resume();
      reject(new NoWebSocket(response.statusCode ?? 0));
    });
    asked.on('error', reject);
    asked.end();
  });
}

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Where the next begins. */
  readonly end: number;
}

/** null where the bytes end before the frame does. @throws Error for one that is too large, compressed or masked */
function nextFrame(bytes: Buffer): Frame | null {
  if (bytes.byteLength < 2) return null;
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  if ((first & 0x70) !== 0 || second > LENGTH_IN_8) throw new Error('a frame of an extension that was not agreed on');
  const head = second === LENGTH_IN_2 ? 4 : second === LENGTH_IN_8 ? 10 : 2;
  if (bytes.byteLength < head) return null;
  const length = head === 2 ? second : head === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length > MAX_FRAME_BYTES) throw new Error(`a frame of ${length} bytes`);
  const end = head + length;
  return bytes.byteLength < end ? null : { opcode: first & 0x0f, payload: bytes.subarray(head, end), end };
}

/** What a client says is masked. @param payload of a control frame: 125 bytes at most */
function masked(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(MASK_BYTES);
  const head = Buffer.from([0x80 | opcode, 0x80 | payload.byteLength]);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % MASK_BYTES] ?? 0))]);
}
