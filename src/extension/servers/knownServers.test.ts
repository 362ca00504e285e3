import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownServers } from './knownServers.ts';

test('the newest comes first, with the prices that were given last, until it is forgotten', () => {
  const memory: { servers: unknown } = { servers: undefined };
  const known = new KnownServers(memory);
  known.keep('https://a/v1', 'small', null);
  known.keep('https://b/v1', 'large', null);
  known.keep('https://a/v1', 'middle', null);
  known.keep('https://a/v1', 'small', { input: 1, output: 2 });
  assert.deepEqual(
    known.all.map(({ address }) => address),
    ['https://a/v1', 'https://b/v1'],
  );
  const models = [
    { name: 'small', prices: { input: 1, output: 2 } },
    { name: 'middle', prices: null },
  ];
  assert.deepEqual(known.models('https://a/v1'), models);
  assert.deepEqual(new KnownServers(memory).models('https://a/v1'), models, 'another window has them too');
  known.forget('https://a/v1');
  assert.deepEqual(known.models('https://a/v1'), []);
});

test('what is remembered is not believed', () => {
  for (const servers of [null, 'x', [{ address: 1 }], [{ address: 'https://a', models: [{ name: 'x', prices: -1 }] }]])
    assert.deepEqual(new KnownServers({ servers }).all, []);
});
