import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { collectSources } from './rewardSources.ts';

test('a package is known by its version, and by its name alone where its package.json says none', async (context) => {
  const root = mkdtempSync(path.join(tmpdir(), 'rlvr-test-'));
  context.after(() => rmSync(root, { recursive: true }));
  const entry = path.join(root, 'reward.ts');
  const manifests = {
    good: '{"version":"1.2.3"}',
    cut: '{"version":"1.2.',
    list: '[]',
    numbered: '{"version":3}',
    '@scope/inner': '{"version":"4.0.0"}',
  };
  const files = new Map([[entry, Buffer.from('export {}')]]);
  for (const [name, manifest] of Object.entries({ ...manifests, absent: null })) {
    const folder = path.join(root, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    if (manifest !== null) writeFileSync(path.join(folder, 'package.json'), manifest);
    files.set(path.join(folder, 'index.js'), Buffer.from(''));
  }
  const { packages, sources } = await collectSources(entry, files);
  assert.deepEqual(packages, [
    '@scope/inner@4.0.0',
    'absent@unknown',
    'cut@unknown',
    'good@1.2.3',
    'list@unknown',
    'numbered@unknown',
  ]);
  assert.deepEqual(
    sources.map(({ name }) => name),
    ['reward.ts'],
  );
});
