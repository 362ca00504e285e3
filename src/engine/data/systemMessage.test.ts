import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../protocol/errors.ts';
import { requireSystemMessage, systemTreatment, type ChatRenderer } from './systemMessage.ts';

const kept: ChatRenderer = (messages) => messages.map(({ content }) => content).join('\n');
const refusing: ChatRenderer = (messages) => {
  if (messages[0]?.role === 'system') throw new UserError('System role not supported.');
  return kept(messages);
};
const leavingOut: ChatRenderer = (messages) => kept(messages.filter(({ role }) => role !== 'system'));

test('kept, refused, left out', () => {
  assert.deepEqual(systemTreatment(kept), { kind: 'kept' });
  assert.deepEqual(systemTreatment(refusing), { kind: 'refused', reason: 'System role not supported.' });
  assert.deepEqual(systemTreatment(leavingOut), { kind: 'left out' });
});

test('a template that renders nothing at all is no refusal', () => {
  const broken = (): never => {
    throw new UserError('The model has no chat template.');
  };
  assert.throws(() => systemTreatment(broken), /no chat template/);
});

test('a system message that the model would not see is an error that says what to do', () => {
  requireSystemMessage(systemTreatment(kept));
  assert.throws(
    () => requireSystemMessage(systemTreatment(refusing)),
    /^UserError: dataset\.system: .*refuses a system message: System role not supported\. Remove dataset\.system and put/,
  );
  assert.throws(() => requireSystemMessage(systemTreatment(leavingOut)), /leaves a system message out\. Remove/);
});
