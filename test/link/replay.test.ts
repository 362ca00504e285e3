/** A step computed again by an engine without a run, as an editor asks for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unpackReplay } from '../../src/engine/protocol/replay.ts';
import { assertEqualBits, trained } from '../support/replays.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { Client } from './client.ts';
import { startSession } from './engineSession.ts';

test('with its progress, and given up where nobody waits', HANG_LIMIT, async (t) => {
  const runDir = await trained('gpt2', { lora: { rank: 4 } });
  const session = startSession({ kind: 'serve' });
  const client = await Client.welcome(session);

  await t.test('answered', async () => {
    const { message, arrays } = await client.ask({ kind: 'replay', runDir, step: 3 });
    assert.ok(message.type === 'reply' && message.reply.kind === 'replay', JSON.stringify(message));
    const replay = unpackReplay(message.reply, arrays);
    assert.ok(replay);
    assertEqualBits(replay);
    const phases = client.messages.flatMap((one) => (one.type === 'progress' ? [one.progress.phase] : []));
    assert.ok(phases.includes('load') && phases.includes('tokens'));
  });

  await t.test('refused', async () => {
    const { message } = await client.ask({ kind: 'replay', runDir, step: 7 });
    assert.ok(message.type === 'failure' && message.message.includes('no training step 7'), JSON.stringify(message));
  });

  await t.test('cancelled', async () => {
    const id = 999;
    client.say({ type: 'request', id, request: { kind: 'replay', runDir, step: 3 } });
    await client.until((message) => message.type === 'progress' && message.id === id);
    client.say({ type: 'cancel', id });
    const { message } = await client.until((one) => (one.type === 'failure' || one.type === 'reply') && one.id === id);
    assert.equal(message.type, 'failure');
  });

  client.say({ type: 'stop' });
  await client.closed;
});
