import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelRequest } from '../../../src/engine/protocol/panels/outputsRequests.ts';
import { Requests } from '../../../src/webview/outputs/requests.ts';

const scope = { purpose: 'rollout', split: 'train' } as const;
const steps = (after: number): Extract<PanelRequest, { kind: 'steps' }> => ({ kind: 'steps', scope, after });
const reply = { kind: 'steps', steps: new Float64Array() } as const;

test('while one is under way, the newest of a slot waits, and those between are dropped', () => {
  const sent: PanelRequest[] = [];
  const heard: string[] = [];
  const requests = new Requests(
    (_, request) => void sent.push(request),
    () => assert.fail(),
  );
  requests.ask('steps', steps(1), () => heard.push('1'));
  requests.ask('steps', steps(2), () => heard.push('2'));
  requests.ask('steps', steps(3), () => heard.push('3'));
  requests.ask('other', steps(9), () => heard.push('other'));
  assert.deepEqual(sent, [steps(1), steps(9)]);
  requests.settle(1, { reply });
  assert.deepEqual(sent.at(-1), steps(3));
  requests.settle(2, { reply });
  requests.settle(3, { reply });
  assert.deepEqual(heard, ['other', '3']);
});

test('answers to another run, of another kind, or to nothing are not heard', () => {
  const requests = new Requests(
    () => {},
    () => assert.fail(),
  );
  requests.ask('steps', steps(1), () => assert.fail());
  requests.reset();
  requests.settle(1, { reply });
  requests.settle(7, { reply });
  requests.ask('steps', steps(1), () => assert.fail());
  requests.settle(2, { reply: { kind: 'group', group: null } });
});

test('a failure is said once, where its question still counts', () => {
  const said: string[] = [];
  const requests = new Requests(
    () => {},
    (message) => said.push(message),
  );
  requests.ask('steps', steps(1), () => assert.fail());
  let left = 0;
  requests.ask(
    'steps',
    steps(2),
    () => {},
    () => left++,
  );
  requests.settle(1, { failure: 'old' });
  requests.settle(2, { failure: 'new' });
  assert.deepEqual(said, ['new']);
  assert.equal(left, 1, 'whoever asked knows that there is no answer');
});
