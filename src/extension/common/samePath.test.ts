import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSamePath } from './samePath.ts';

test('on Windows a drive is the same however its letter is written', () => {
  assert.ok(isSamePath('c:\\work\\a.rlvr.json', 'C:\\work\\a.rlvr.json', 'win32'));
  assert.ok(!isSamePath('c:\\work\\a.rlvr.json', 'd:\\work\\a.rlvr.json', 'win32'));
  assert.ok(!isSamePath('c:\\work\\a.rlvr.json', 'c:\\work\\b.rlvr.json', 'win32'));
});

test('elsewhere paths are the same that are written the same', () => {
  assert.ok(isSamePath('/home/a', '/home/a', 'linux'));
  assert.ok(!isSamePath('C:/a', 'c:/a', 'linux'));
});
