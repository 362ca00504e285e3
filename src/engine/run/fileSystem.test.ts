import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { isNetworkFolder } from './fileSystem.ts';

test('UNC paths are on the network, drives and device paths are not', () => {
  assert.ok(isNetworkFolder('\\\\server\\share\\runs', 'win32'));
  assert.ok(isNetworkFolder('//server/share', 'win32'));
  assert.ok(!isNetworkFolder('C:\\runs', 'win32'));
  assert.ok(!isNetworkFolder('\\\\?\\C:\\runs', 'win32'));
});

test('a temporary folder answers on this platform', () => {
  assert.equal(typeof isNetworkFolder(tmpdir()), 'boolean');
});
