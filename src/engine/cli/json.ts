/** Output for scripts: one JSON object per line. */
import type { OutputStream } from './command.ts';

export function printJson(stream: OutputStream, object: object): void {
  stream.write(`${JSON.stringify(object)}\n`);
}
