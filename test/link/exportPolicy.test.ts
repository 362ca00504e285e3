/** A policy exported by an engine without a run, as an editor asks for it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HANG_LIMIT, makeProject, train } from '../support/trainingProject.ts';
import { Client } from './client.ts';
import { startSession } from './engineSession.ts';

test('written, and refused where something lies there', HANG_LIMIT, async () => {
  const project = await makeProject('llama');
  const { dir: runDir } = await train(project, { lora: { rank: 2, alpha: 4 }, training: { steps: 2 } });
  const client = await Client.welcome(startSession({ kind: 'serve' }));
  const ask = (outDir: string) =>
    client.ask({ kind: 'exportPolicy', runDir, policy: 'last', form: 'onnx', outDir: join(project.folder, outDir) });
  const { message } = await ask('onnx');
  assert.ok(message.type === 'reply' && message.reply.kind === 'exportPolicy', JSON.stringify(message));
  assert.equal(message.reply.step, 2);
  assert.ok(message.reply.files.includes('onnx/model.onnx'));
  for (const file of message.reply.files) assert.ok(existsSync(join(project.folder, 'onnx', file)), file);
  const { message: again } = await ask('onnx');
  assert.ok(again.type === 'failure' && again.message.includes('is there already'), JSON.stringify(again));
  client.say({ type: 'stop' });
  await client.closed;
});
