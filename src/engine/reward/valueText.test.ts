import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_VALUE_CHARS, valueText } from './valueText.ts';

test('values as a person would write them', () => {
  const cyclic: unknown[] = [1];
  cyclic.push(cyclic);
  const cases: [unknown, string][] = [
    [1, '1'],
    [-0, '-0'],
    [NaN, 'NaN'],
    [10n, '10n'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    ['a "b"\n', '"a \\"b\\"\\n"'],
    [['1', 2], "[ '1', 2 ]"],
    [{ a: { b: { c: 1 } } }, '{ a: { b: [Object] } }'],
    [/a+/g, '/a+/g'],
    [cyclic, '<ref *1> [ 1, [Circular *1] ]'],
    [Symbol('s'), 'Symbol(s)'],
    [new TypeError('no'), 'TypeError: no'],
    [new Map([['a', 1]]), "Map(1) { 'a' => 1 }"],
  ];
  for (const [value, text] of cases) assert.equal(valueText(value), text);
});

test('short, whatever the value', () => {
  for (const value of [
    'x'.repeat(1e6),
    Array.from({ length: 1e5 }, () => 'item'),
    { text: 'y'.repeat(1e6) },
    2n ** 4000n,
  ]) {
    const text = valueText(value);
    assert.equal(text.length, MAX_VALUE_CHARS);
    assert.ok(text.endsWith('…'));
  }
});

test('code of the value is not run', () => {
  const ran: string[] = [];
  const run = (name: string) => (): never => {
    ran.push(name);
    throw new Error(name);
  };
  const hostile = {
    get a(): number {
      return run('getter')();
    },
    toString: run('toString'),
    toJSON: run('toJSON'),
    [Symbol.for('nodejs.util.inspect.custom')]: run('inspect'),
  };
  const proxy = new Proxy(
    { a: 1 },
    { get: run('get'), ownKeys: run('ownKeys'), getOwnPropertyDescriptor: run('descriptor') },
  );
  assert.match(valueText(hostile), /^\{ a: \[Getter\]/);
  assert.match(valueText(proxy), /^Proxy/);
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.equal(valueText(revoked), '<Revoked Proxy>');
  assert.deepEqual(ran, []);
});
