import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EngineLog } from './engineLog.ts';
import { DiskFullError } from './errors.ts';

test('lines wait for the run folder, and a resumed run adds to its log', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'engine-log-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const at = new Date(0);
  const log = new EngineLog();
  log.write('early', at);
  log.attach(folder);
  log.write('two\nlines\n', at);
  const again = new EngineLog();
  again.attach(folder);
  again.write('later', at);
  assert.equal(
    readFileSync(join(folder, 'engine.log'), 'utf8'),
    ['early', 'two\n  lines', 'later'].map((text) => `1970-01-01T00:00:00.000Z ${text}\n`).join(''),
  );
});

test('a full disk is said to be one, with the run to continue', { skip: !existsSync('/dev/full') }, (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'engine-log-'));
  context.after(() => rmSync(folder, { recursive: true }));
  symlinkSync('/dev/full', join(folder, 'engine.log'));
  const log = new EngineLog();
  log.write('early');
  assert.throws(
    () => {
      log.attach(folder);
    },
    (error) => error instanceof DiskFullError && error.message.endsWith(`--resume ${folder}`),
  );
});
