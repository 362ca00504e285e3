/** The engine's door, with an error of which nobody knows whence it comes, once there is a file `throw` in the engine's folder. */
import { existsSync } from 'node:fs';

setInterval(() => {
  if (existsSync('throw')) throw new Error('out of nowhere');
}, 20);
await import('../../src/engine/main.ts');
