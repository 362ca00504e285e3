import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShownRows } from './shownRows.ts';

test('a row is made again only where a fact is another, and told of only where it shows something else', () => {
  const rows = new ShownRows<object>();
  const [row, run] = [{}, { step: 1 }];
  let made = 0;
  const ask = (facts: readonly unknown[] | null, shows: string): boolean =>
    rows.isChanged(row, facts, () => {
      made++;
      return shows;
    });
  assert.equal(ask([run], 'one'), true);
  assert.equal(ask([run], 'one'), false);
  assert.equal(made, 1);
  assert.equal(ask([{ step: 1 }], 'one'), false, 'another object that shows the same');
  assert.equal(ask([{ step: 2 }], 'two'), true);
  assert.equal(made, 3);
});

test('where facts are not known a row is made each time', () => {
  const rows = new ShownRows<object>();
  const row = {};
  assert.equal(
    rows.isChanged(row, null, () => 'one'),
    true,
  );
  assert.equal(
    rows.isChanged(row, null, () => 'one'),
    false,
  );
  assert.equal(
    rows.isChanged(row, null, () => 'two'),
    true,
  );
});
