import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LAUNCH_FILE } from '../protocol/link.ts';
import { openSessionFolder } from './sessionFolder.ts';

test('a launch file that is no JSON, or JSON of something else, is an error that names it', (context) => {
  const dir = mkdtempSync(join(tmpdir(), 'rlvr-test-'));
  context.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, LAUNCH_FILE);
  for (const text of ['{"id":"a","sec', '', '[]']) {
    writeFileSync(path, text, { mode: 0o600 });
    assert.throws(
      () => openSessionFolder(dir),
      (error) => {
        assert.ok(error instanceof Error);
        assert.equal(error.name, 'UserError');
        assert.ok(error.message.startsWith(`${path} is not what an engine is started with`), error.message);
        return true;
      },
    );
  }
});
