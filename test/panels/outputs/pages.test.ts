import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE_SIZE } from '../../../src/engine/protocol/panels/outputs.ts';
import { PAGE_ROWS, pageOf, Pages } from '../../../src/webview/outputs/pages.ts';

const rowsOf = (page: number): number[] => Array.from({ length: PAGE_ROWS }, (_, index) => page * PAGE_ROWS + index);

test('pages are as large as those of the host', () => {
  assert.equal(PAGE_ROWS, PAGE_SIZE);
});

test('rows are found in the pages that are there', () => {
  const pages = new Pages<number>();
  pages.set(2, rowsOf(2));
  assert.equal(pages.row(2 * PAGE_ROWS + 7), 2 * PAGE_ROWS + 7);
  assert.equal(pages.row(0), undefined);
  assert.equal(
    pages.find((row) => row === 3 * PAGE_ROWS - 1),
    3 * PAGE_ROWS - 1,
  );
  assert.equal(
    pages.find((row) => row === 0),
    -1,
  );
  assert.equal(pageOf(PAGE_ROWS), 1);
});

test('of many pages the newest are kept', () => {
  const pages = new Pages<number>();
  for (let page = 0; page < 1000; page++) pages.set(page, rowsOf(page));
  assert.equal(pages.row(0), undefined);
  assert.equal(pages.row(999 * PAGE_ROWS), 999 * PAGE_ROWS);
});
