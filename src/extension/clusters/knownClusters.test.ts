import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrice, KnownClusters, parsePrice, priceOverrides } from './knownClusters.ts';

test('the newest comes first, with its price, until it is forgotten', () => {
  const memory: { clusters: unknown } = { clusters: undefined };
  const known = new KnownClusters(memory);
  known.keep('auto');
  known.keep('http://a:8265', { perHour: 2.5, currency: 'EUR' });
  known.keep('auto');
  known.keep('http://a:8265');
  assert.deepEqual(new KnownClusters(memory).all, [
    { address: 'http://a:8265', price: { perHour: 2.5, currency: 'EUR' } },
    { address: 'auto', price: null },
  ]);
  known.forget('http://a:8265');
  assert.equal(known.price('http://a:8265'), null);
  const gone = Array.from({ length: 10 }, (_, index) => known.keep(`host:${index}`)).flat();
  assert.deepEqual(gone, ['auto']);
});

test('what is remembered is not believed', () => {
  for (const clusters of [null, 'x', [{ address: 1 }], [{ address: 'auto', price: { perHour: -1, currency: null } }]])
    assert.deepEqual(new KnownClusters({ clusters }).all, []);
});

test('a price is read as it is written, and goes to the costs of the run', () => {
  for (const text of ['2.5 EUR', '3', '']) assert.equal(formatPrice(parsePrice(text) ?? null), text);
  for (const text of ['-1', 'x', '1 2 3']) assert.equal(parsePrice(text), undefined);
  assert.deepEqual(priceOverrides(parsePrice('2.5 EUR') ?? null), ['cost.perHour=2.5', 'cost.currency="EUR"']);
  assert.deepEqual(priceOverrides(null), []);
});
