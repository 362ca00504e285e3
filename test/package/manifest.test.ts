import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { languageModelTools } from '../../scripts/agentToolManifest.ts';

const root = join(import.meta.dirname, '../..');

test('the tools of agents are those of the table (npm run make-agent-tools)', () => {
  assert.deepEqual(manifest.contributes.languageModelTools, languageModelTools());
  const references = manifest.contributes.languageModelTools.map(({ toolReferenceName }) => toolReferenceName);
  assert.equal(new Set(references).size, 5);
});

test('every text of the manifest is there, and none is left over', () => {
  const file = readFileSync(join(root, 'package.nls.json'), 'utf8');
  const messages = z.record(z.string(), z.string()).parse(JSON.parse(file));
  const used = [...JSON.stringify(manifest).matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key);
  assert.deepEqual([...new Set(used)].sort(), Object.keys(messages).sort());
});

test('it runs where the files are, and not without trust', () => {
  assert.deepEqual(manifest.extensionKind, ['workspace']);
  assert.equal(manifest.capabilities.virtualWorkspaces, false);
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  assert.ok(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes('rlvr.engine.node'));
  assert.ok(!manifest.activationEvents.some((event) => event === '*' || event === 'onStartupFinished'));
});

test('its icon is a PNG of the size the Marketplace wants', () => {
  const icon = readFileSync(join(root, manifest.icon));
  assert.equal(icon.toString('latin1', 1, 4), 'PNG');
  const [width, height] = [icon.readUInt32BE(16), icon.readUInt32BE(20)];
  assert.ok(width === height && width >= 128, `${width} x ${height}`);
});
