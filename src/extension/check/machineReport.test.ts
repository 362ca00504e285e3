import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { engineChecks, hostChecks, readingCheck, storageCheck, type HostFacts } from './hostChecks.ts';
import { machineReport } from './machineReport.ts';

const folder = mkdtempSync(join(tmpdir(), 'rlvr-check-'));
after(() => rmSync(folder, { recursive: true }));

const desktop: HostFacts = {
  editor: 'Visual Studio Code 1.105.1',
  surface: 'desktop',
  remoteName: null,
  platform: 'darwin-arm64',
  nodeVersion: '22.19.0',
  electronVersion: '37.6.0',
  trusted: true,
  agentTools: true,
  engineNode: null,
};

const detailsOf = (facts: HostFacts): Record<string, string> =>
  Object.fromEntries(hostChecks(facts).map(({ name, detail }) => [name, detail]));

test('a desktop and a server are told apart', () => {
  assert.deepEqual(detailsOf(desktop), {
    editor: 'Visual Studio Code 1.105.1, window on the desktop, files on the same machine, darwin-arm64',
    'extension host': 'Electron 37.6.0 with Node 22.19.0',
    'runs training': 'the Electron of the editor, as Node',
    'workspace trust': 'trusted',
    agents: 'can use the tools of this extension',
  });
  const server = detailsOf({ ...desktop, surface: 'web', remoteName: 'ssh-remote', electronVersion: null });
  assert.match(server['editor'] ?? '', /window in a browser, files reached by ssh-remote/);
  assert.equal(server['extension host'], 'Node 22.19.0');
  assert.equal(server['runs training'], 'the Node of the extension host');
  assert.equal(detailsOf({ ...desktop, engineNode: '/usr/bin/node' })['runs training'], '/usr/bin/node');
});

test('what fails is said with what to do', async () => {
  const reading = await readingCheck(() => Promise.reject(new Error('No such built-in module: node:sqlite')));
  assert.equal(reading.status, 'fail');
  assert.match(reading.advice ?? '', /Update the editor/);
  const withoutSearch = await readingCheck(() => Promise.resolve({ version: '3.40', fullTextSearch: false }));
  assert.equal(withoutSearch.status, 'fail');
  assert.equal((await readingCheck(() => Promise.resolve({ version: '3.50', fullTextSearch: true }))).status, 'ok');

  assert.equal((await storageCheck(join(folder, 'new'))).status, 'ok');
  writeFileSync(join(folder, 'file'), '');
  assert.equal((await storageCheck(join(folder, 'file', 'below'))).status, 'fail');

  assert.equal((await engineChecks(null))[0]?.status, 'warn');
  const [engine, ...rest] = await engineChecks(() => Promise.reject(new Error('the engine ended with code 1')));
  assert.deepEqual([engine?.status, engine?.detail, rest.length], ['fail', 'the engine ended with code 1', 0]);
});

test('what is missing comes first, and what only the engine found is there', async () => {
  const engine = await engineChecks(() =>
    Promise.resolve([
      { name: 'CUDA', status: 'absent', detail: 'no\nlibrary', advice: null },
      { name: 'disk', status: 'fail', detail: 'full', advice: 'Free some space.' },
    ]),
  );
  const host = hostChecks({ ...desktop, trusted: false });
  assert.equal(
    machineReport({ version: '0.1.0', when: '2026-01-01T12:00:00.000Z', engine, host }),
    `# This machine

One thing is missing: disk.

## Missing

- disk: full
  What to do: Free some space.

## To know

- workspace trust: not trusted: runs can be looked at, training is off
  What to do: Trust this workspace (command "Workspaces: Manage Workspace Trust") once you know the code in it.

## In order

- editor: Visual Studio Code 1.105.1, window on the desktop, files on the same machine, darwin-arm64
- extension host: Electron 37.6.0 with Node 22.19.0
- runs training: the Electron of the editor, as Node
- agents: can use the tools of this extension
- engine: starts, and answers over its local socket

## Not here, and not needed

- CUDA: no library

Checked at 2026-01-01T12:00:00.000Z by RLVR-Ops 0.1.0. Not checked: what sleep does to a run, and panels in floating windows.
`,
  );
  const fine = { version: '0.1.0', when: '', engine: engine.slice(0, 2), host: hostChecks(desktop) };
  assert.match(machineReport(fine), /^# This machine\n\nTraining works here\.\n/);
  assert.match(machineReport({ ...fine, engine: await engineChecks(null) }), /training was not tried/);
});
