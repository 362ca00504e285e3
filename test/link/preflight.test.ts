/** A forecast by an engine without a run, as an editor asks for it; and a run that keeps it. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { readForecast } from '../../src/engine/analysis/forecast/againstFact.ts';
import { HANG_LIMIT, makeProject, runsDir, writeExperiment } from '../support/trainingProject.ts';
import { Client } from './client.ts';
import { startSession } from './engineSession.ts';

test('with its progress and in words, and given up where nobody waits', HANG_LIMIT, async (t) => {
  const project = await makeProject('gpt2');
  const path = writeExperiment(project, {});
  const session = startSession({ kind: 'serve' });
  const client = await Client.welcome(session);

  await t.test('answered', async () => {
    const { message } = await client.ask({ kind: 'preflight', path });
    assert.ok(message.type === 'reply' && message.reply.kind === 'preflight', JSON.stringify(message));
    assert.equal(message.reply.forecast.sample.problems, 6);
    assert.match(message.reply.text, /^Preflight of experiment\n/);
    const doing = client.messages.flatMap((one) =>
      one.type === 'progress' && one.progress.phase === 'preflight' ? [one.progress.doing] : [],
    );
    for (const phase of ['load', 'rollout', 'train', 'eval'] as const) assert.ok(doing.includes(phase), phase);
  });

  await t.test('refused', async () => {
    const { message } = await client.ask({ kind: 'preflight', path: `${path}.gone` });
    assert.ok(message.type === 'failure' && message.message.includes('no experiment file'), JSON.stringify(message));
  });

  await t.test('cancelled', async () => {
    const id = 999;
    client.say({ type: 'request', id, request: { kind: 'preflight', path } });
    await client.until((message) => message.type === 'progress' && message.id === id);
    client.say({ type: 'cancel', id });
    const { message } = await client.until((one) => (one.type === 'failure' || one.type === 'reply') && one.id === id);
    assert.equal(message.type, 'failure');
  });

  client.say({ type: 'stop' });
  await client.closed;
});

test('a run that is started with a forecast keeps it', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const experimentPath = writeExperiment(project, { training: { steps: 1 } });
  const asked = startSession({ kind: 'serve' });
  const asker = await Client.welcome(asked);
  const { message } = await asker.ask({ kind: 'preflight', path: experimentPath });
  assert.ok(message.type === 'reply' && message.reply.kind === 'preflight', JSON.stringify(message));
  const { forecast } = message.reply;
  asker.say({ type: 'stop' });
  await asker.closed;
  const session = startSession({
    kind: 'train',
    experimentPath,
    overrides: [],
    runsDir: runsDir(project),
    forecast,
  });
  const client = await Client.welcome(session);
  await client.closed;
  const [run = ''] = readdirSync(runsDir(project));
  assert.deepEqual(readForecast(`${runsDir(project)}/${run}`), forecast);
});
