/** Promise: the token of a cluster that a window has reaches the engine that needs it, and is written nowhere. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { RayJobsStandIn } from '../support/rayJobsStandIn.ts';
import { HANG_LIMIT, makeProject, runsDir, writeExperiment } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';

const TOKEN = 'canary-over-the-link-81';
const CLI = resolve(import.meta.dirname, '../../src/engine/cli.ts');
const PYTHON = `#!/bin/sh\nshift 2\nexec "${process.execPath}" --disable-warning=ExperimentalWarning "${CLI}" "$@" --set device=auto\n`;

test('an engine is told the token of its cluster, and submits with it', HANG_LIMIT, async (t) => {
  const server = new RayJobsStandIn({ token: TOKEN, python: PYTHON });
  t.after(() => server.close());
  const address = await server.listen();
  const project = await makeProject('gpt2');
  const experimentPath = writeExperiment(project, { device: 'ray', ray: { address }, threads: 1 });
  const sessions = makeSessionsFolder();
  const { engines } = openWindow(t, sessions);
  engines.setClusterTokens({ [address]: TOKEN });
  const handle = await engines.start({ kind: 'train', experimentPath, overrides: [], runsDir: runsDir(project) });
  const { outcome, message } = await handle.ended;
  assert.equal(outcome, 'finished', message ?? '');
  assert.ok(server.authorizations.every((authorization) => authorization === `Bearer ${TOKEN}`));
  for (const folder of [sessions, project.folder])
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile()) assert.ok(!readFileSync(file).includes(TOKEN), file);
    }
});
