import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { UserError } from '../protocol/errors.ts';
import { readLabel, writeLabel } from './label.ts';

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'rlvr-label-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('a label is read as it was written, and a run without one has none', (context) => {
  const dir = folder(context);
  assert.deepEqual(readLabel(dir), { name: null, starred: false });
  writeLabel(dir, { name: 'the good one', starred: true });
  assert.deepEqual(readLabel(dir), { name: 'the good one', starred: true });
  writeLabel(dir, { name: null, starred: false });
  assert.deepEqual(readLabel(dir), { name: null, starred: false });
});

test('what a label file from elsewhere says in vain is passed over', (context) => {
  const dir = folder(context);
  for (const text of ['', '[]', 'null', '{"name": 3, "starred": "yes"}', '{"name": "  "}', '{']) {
    writeFileSync(join(dir, 'label.json'), text);
    assert.deepEqual(readLabel(dir), { name: null, starred: false }, text);
  }
});

test('a folder that cannot be written is an error for the user', (context) => {
  assert.throws(() => writeLabel(join(folder(context), 'gone'), { name: null, starred: true }), UserError);
});
