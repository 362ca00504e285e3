/** Which Python is taken, of those that are there. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { findPython, preferPython } from '../../src/engine/process/python.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'rlvr-find-python-')));
after(() => rmSync(root, { recursive: true }));

/** What answers as an interpreter of this version does that lies at `/of/<name>`. */
function interpreter(path: string, name: string, version = '3.12.1'): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho /of/${name}\necho ${version}\n`);
  chmodSync(path, 0o755);
  return path;
}

const project = join(root, 'project');
const experiments = join(project, 'experiments');
mkdirSync(join(project, '.git'), { recursive: true });
mkdirSync(experiments, { recursive: true });

const onPath = join(root, 'bin');
interpreter(join(onPath, 'python3'), 'path');

beforeEach(() => {
  preferPython(null);
  for (const name of ['VIRTUAL_ENV', 'RLVR_PYTHON']) Reflect.deleteProperty(process.env, name);
  process.env['PATH'] = `${onPath}:/bin:/usr/bin`;
});

async function found(folder = experiments): Promise<string> {
  const { python, problem } = await findPython(folder);
  return python === null ? problem : `${python.executable} ${python.version}`;
}

// First, for one that was found on the path is not looked for again.
test('none is a problem that says what to do, until there is one', async () => {
  process.env['PATH'] = join(root, 'later');
  const folder = join(root, 'alone');
  assert.match(
    await found(folder),
    /^No Python was found\. Install 3\.9 or later\. .*"rlvr\.pythonPath".*RLVR_PYTHON\.$/,
  );
  interpreter(join(root, 'later', 'python'), 'later', '4.0.0');
  assert.equal(await found(folder), '/of/later 4.0.0');
});

test('from the path to the one that is named, each before what comes after it', async () => {
  assert.equal(await found(), '/of/path 3.12.1');
  interpreter(join(root, '.venv/bin/python'), 'elsewhere');
  assert.equal(await found(), '/of/path 3.12.1', 'none above the repository');
  interpreter(join(project, '.venv/bin/python'), 'project');
  assert.equal(await found(), '/of/project 3.12.1');
  interpreter(join(experiments, '.venv/bin/python'), 'experiments');
  assert.equal(await found(), '/of/experiments 3.12.1');
  process.env['VIRTUAL_ENV'] = dirname(dirname(interpreter(join(root, 'active/bin/python'), 'active')));
  assert.equal(await found(), '/of/active 3.12.1');
  process.env['RLVR_PYTHON'] = interpreter(join(root, 'variable'), 'variable');
  assert.equal(await found(), '/of/variable 3.12.1');
  preferPython(interpreter(join(root, 'editor'), 'editor'));
  assert.equal(await found(), '/of/editor 3.12.1');
});

test('one that is named and of no use is said with what to do', async () => {
  preferPython(interpreter(join(root, 'old'), 'old', '3.8.10'));
  assert.match(await found(), /^\/of\/old is Python 3\.8\.10; 3\.9 is needed\. .*"rlvr\.pythonPath".*RLVR_PYTHON\.$/);
  preferPython(join(root, 'nothing'));
  assert.match(await found(), /nothing is no Python that starts\./);
});
