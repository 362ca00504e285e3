import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chooseRuntime, describeProblem, runtimeProblem, type Found } from './nodeRuntime.ts';

const OWN = chooseRuntime(null);
const OTHER = chooseRuntime('/opt/node/bin/node');
const SOUND: Found = { node: '24.1.0', sqlite: null, runtime: null };

test("an empty setting is the editor's own Node", () => {
  assert.deepEqual([null, '', '  '].map(chooseRuntime), [OWN, OWN, OWN]);
  assert.equal(OWN.path, process.execPath);
  assert.deepEqual(OTHER, { path: '/opt/node/bin/node', electron: false });
});

test('what is missing is one sentence, and another says what to do', () => {
  const advice = "Name another one in the setting rlvr.engine.node, or clear it to use the editor's own.";
  const own = 'Update the editor, or set rlvr.engine.node to the path of Node 22.16 or later.';
  assert.equal(describeProblem(OTHER, SOUND), null);
  assert.equal(
    describeProblem(OTHER, null),
    `/opt/node/bin/node cannot run the engine: it gave no answer when it was tried. ${advice}`,
  );
  assert.equal(
    describeProblem(OWN, { ...SOUND, node: '22.15.1' }),
    `The editor's own Node is version 22.15.1, and the engine needs Node 22.16, or 24 and later. ${own}`,
  );
  assert.equal(
    describeProblem(OTHER, { ...SOUND, sqlite: 'no such module: fts5' }),
    `/opt/node/bin/node lacks SQLite with full-text search, in which runs are kept (no such module: fts5). ${advice}`,
  );
  assert.equal(
    describeProblem(OWN, { ...SOUND, runtime: "version `GLIBC_2.34' not found" }),
    "ONNX Runtime cannot be loaded on this machine (version `GLIBC_2.34' not found). Install the RLVR-Ops extension for this platform again.",
  );
});

test('a program that is no Node, or is not there, gave no answer', async () => {
  for (const path of ['/no/such/node', '/', 'a\0b'])
    assert.match((await runtimeProblem({ path, electron: false })) ?? '', /no answer/);
});

test('what cannot be loaded is found in a process of its own, and looked at again the next time', async () => {
  const broken = 'data:text/javascript,throw new Error("no library\\nat all")';
  assert.match((await runtimeProblem(OWN, broken)) ?? '', /cannot be loaded on this machine \(no library\)/);
  const crashing = 'data:text/javascript,process.abort()';
  assert.match((await runtimeProblem(OWN, crashing)) ?? '', /no answer/);
  assert.equal(await runtimeProblem(OWN, pathToFileURL(import.meta.filename).href.replace('.test', '')), null);
  // Sound now, and so not asked again.
  assert.equal(await runtimeProblem(OWN, broken), null);
});
