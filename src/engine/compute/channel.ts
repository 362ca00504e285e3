/**
 * The compute child's end of the channel to its engine: Node's own IPC where the engine is its parent, and frames over standard input and
 * output where a program is that passes them on (`cluster/`).
 */
import { deserialize, serialize } from 'node:v8';
import type { ComputeFrame, ComputeRequest } from '../protocol/compute.ts';
import { MAX_CLUSTER_FRAME_BYTES } from '../protocol/cluster.ts';
import { encodeFrame, FrameDecoder } from '../protocol/frames.ts';

interface NumberedRequest {
  readonly id: number;
  readonly request: ComputeRequest;
}

export interface ComputeChannel {
  readonly send: (frame: ComputeFrame) => void;
  /** To be called once. While somebody listens to an open channel, the process goes on. */
  readonly listen: (listener: (message: NumberedRequest) => void) => void;
}

export function openChannel(): ComputeChannel {
  return process.send === undefined ? standardStreams() : ipc();
}

function ipc(): ComputeChannel {
  return {
    send: (frame) => void process.send?.(frame),
    listen: (listener) => void process.on('message', listener),
  };
}

function standardStreams(): ComputeChannel {
  return {
    send: (frame) => void process.stdout.write(encodeFrame(null, [serialize(frame)], MAX_CLUSTER_FRAME_BYTES)),
    listen: (listener) => {
      const decoder = new FrameDecoder(
        {
          onFrame: ({ arrays: [bytes = new Uint8Array()] }) => {
            // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the other side is our own code, of the same build
            listener(deserialize(bytes) as NumberedRequest);
          },
          onFailure: (reason) => {
            throw new Error(reason);
          },
        },
        MAX_CLUSTER_FRAME_BYTES,
      );
      process.stdin.on('data', (chunk: Buffer) => decoder.push(chunk));
    },
  };
}
