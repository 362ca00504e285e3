/** An experiment written as a project of another trainer by an engine without a run, as an editor asks for it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HANG_LIMIT, makeProject, writeExperiment } from '../support/trainingProject.ts';
import { Client } from './client.ts';
import { startSession } from './engineSession.ts';

test('written, with what is not the same there, and refused where something lies there', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const path = writeExperiment(project, { algorithm: { dynamicSampling: {} } });
  const client = await Client.welcome(startSession({ kind: 'serve' }));
  const outDir = join(project.folder, 'trl');
  const { message } = await client.ask({ kind: 'handOver', path, trainer: 'trl', outDir });
  assert.ok(message.type === 'reply' && message.reply.kind === 'handOver', JSON.stringify(message));
  for (const file of message.reply.files) assert.ok(existsSync(join(outDir, file)), file);
  assert.ok(message.reply.files.includes('rlvr_rewards.py'));
  assert.ok(message.reply.remarks.some(({ kind, key }) => kind === 'missing' && key === 'algorithm.dynamicSampling'));
  const { message: again } = await client.ask({ kind: 'handOver', path, trainer: 'verl', outDir });
  assert.ok(again.type === 'failure' && again.message.includes('is not empty'), JSON.stringify(again));
  client.say({ type: 'stop' });
  await client.closed;
});
