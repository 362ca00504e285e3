import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GrantedPermissions } from '../protocol/grader.ts';
import { confinementCheck } from './grader.ts';

const confined: GrantedPermissions = {
  enforced: true,
  readsEverything: false,
  writesEverything: false,
  childProcesses: false,
  workers: true,
  addons: false,
  wasi: false,
  inspector: false,
  network: true,
};

test('a grader under the permission model is well, and what stays open is said', () => {
  const { status, detail } = confinementCheck('rewards run', confined);
  assert.equal(status, 'ok');
  assert.match(detail, /writing only its temporary folder, no programs; it may open connections\. No sandbox/);
  assert.doesNotMatch(confinementCheck('rewards run', { ...confined, network: false }).detail, /connections/);
});

test('one that may do more is a warning that names it', () => {
  const everything = { enforced: false, readsEverything: true, writesEverything: true, childProcesses: true };
  const { status, detail, advice } = confinementCheck('rewards run', { ...confined, ...everything });
  assert.equal(status, 'warn');
  assert.match(detail, /may read all your files, write all your files, start programs: Node's permission model is not/);
  assert.match(advice ?? '', /rlvr\.engine\.node/);
  assert.equal(confinementCheck('rewards run', { ...confined, addons: true }).status, 'warn');
});
