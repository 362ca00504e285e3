/** ONNX Runtime must not report to its maker: then it keeps no device id, no queue of events and no log of its uploader either. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const PROGRAM = join(import.meta.dirname, '../support/oneSession.ts');
/** Its telemetry is off by itself where these are set, as on a build machine. */
const CI_VARIABLES = /^(?:CI|TF_BUILD|GITHUB_ACTIONS|BUILD_|JENKINS|TEAMCITY|TRAVIS|APPVEYOR|CIRCLECI|ORT_)/;

test('running a graph leaves nothing in the home and temporary folders', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-telemetry-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const kept = Object.entries(process.env).filter(([name]) => !CI_VARIABLES.test(name));
  const env = {
    ...Object.fromEntries(kept),
    HOME: folder,
    XDG_CACHE_HOME: folder,
    TMPDIR: folder,
    TMP: folder,
    TEMP: folder,
  };
  const { status, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], { env });
  assert.equal(status, 0, stderr.toString());
  assert.deepEqual(readdirSync(folder), []);
});
