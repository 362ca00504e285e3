/** The compute process as a program that is not its engine starts it: by frames over its standard streams. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { encodeFrame, FrameDecoder } from '../../src/engine/protocol/frames.ts';

const door = fileURLToPath(new URL('../../src/engine/compute.ts', import.meta.url));

test('a request over standard input is answered over standard output, and its end is the end of the process', async () => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', door], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const reply = new Promise<unknown>((resolve, reject) => {
    const decoder = new FrameDecoder({
      onFrame: ({ arrays: [bytes = new Uint8Array()] }) => resolve(deserialize(bytes)),
      onFailure: (reason) => reject(new Error(reason)),
    });
    child.stdout.on('data', (chunk: Buffer) => decoder.push(chunk));
  });
  const request = { kind: 'score', policy: 'current', rows: [], dropout: false, temperature: 1, microBatch: 1 };
  child.stdin.write(encodeFrame(null, [serialize({ id: 7, request })]));
  assert.match(JSON.stringify(await reply), /^\{"id":7,"error":\{.*no policy was loaded/);
  child.stdin.end();
  await once(child, 'exit');
});
