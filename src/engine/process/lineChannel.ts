/**
 * The child's end of the JSON-lines channel of `startChild('grader')`: frames from the engine on descriptor 3, to it on 4.
 * Not Node's own IPC: there a single line that is not JSON, which any code in the child can write, throws inside the
 * engine, and a line of any length is buffered there.
 */
import fs from 'node:fs';
import net from 'node:net';
import { splitLines } from './lineSplitter.ts';

export const FROM_ENGINE_FD = 3;
export const TO_ENGINE_FD = 4;

/** The engine is trusted; this only keeps a broken stream from eating the memory. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

export interface LineChannel {
  /** Returns when the frame is in the pipe: what happens afterwards to this process cannot take it back. */
  send(frame: unknown): void;
  onMessage(listener: (frame: unknown) => void): void;
  /** The engine closed its end or is gone. */
  onClose(listener: () => void): void;
}

export function openLineChannel(): LineChannel {
  // Taken now, so that code loaded later cannot change what a frame is by replacing them.
  const { writeSync } = fs;
  const { parse, stringify } = JSON;
  const exit = process.exit.bind(process);
  const socket = new net.Socket({ fd: FROM_ENGINE_FD, readable: true, writable: false });
  return {
    send: (frame) => {
      try {
        writeSync(TO_ENGINE_FD, `${stringify(frame)}\n`);
      } catch {
        // The engine is gone, or code in this process closed the pipe: either way it is of no more use.
        exit(1);
      }
    },
    onMessage: (listener) => {
      socket.on(
        'data',
        splitLines(MAX_FRAME_BYTES, (line) => listener(parse(line))),
      );
    },
    onClose: (listener) => {
      socket.on('close', listener);
    },
  };
}
