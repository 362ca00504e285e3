/** The worker thread that reads runs: node:sqlite is synchronous, and the host's own thread must never wait for a disk. */
import { parentPort } from 'node:worker_threads';
import { UserError } from '../../engine/protocol/errors.ts';
import { methods, type MethodAnswer, type MethodCall } from './methods.ts';
import { Readers } from './readers.ts';

const readers = new Readers();

parentPort?.on('message', ({ id, name, args }: MethodCall) => {
  parentPort?.postMessage(answer(id, name, args));
});

function answer(id: number, name: MethodCall['name'], args: unknown): MethodAnswer {
  try {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- RunData.call has checked the pair at compile time
    const method = methods[name] as (readers: Readers, args: unknown) => unknown;
    return { id, result: method(readers, args) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id, error: { message, forUser: error instanceof UserError } };
  }
}
