/** How a project's `rlvr_rewards.py` loads and calls rewards in Python. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../run/samples.ts';
import { pythonWith, runPython } from '../support/python.ts';

const bridge = new URL('../../src/engine/handover/python/rlvr_rewards.py', import.meta.url);
const { python, skip } = pythonWith();

/** Each imports a `helpers` of its own, one of them no sooner than it is called. */
const NEIGHBOURS = {
  'one/first.py':
    'from helpers import VALUE\n\ndef first(completions, **columns):\n    return [VALUE for _ in completions]\n',
  'one/helpers.py': 'VALUE = 1\n',
  'two/second.py': `async def second(completions, **columns):
    from helpers import VALUE
    return [VALUE if text else "0.5" for text in completions]
`,
  'two/helpers.py': 'VALUE = 2\n',
};

const CALLED_IN_A_LOOP = `
import asyncio, json, sys
sys.path.insert(0, sys.argv[1])
import rlvr_rewards
group = {"row": {}, "prompt": "", "completions": [{"text": "a"}, {"text": ""}]}
async def scores():
    return [rlvr_rewards.values_of(reward, [group]) for _ in range(2) for reward in rlvr_rewards.REWARDS]
print(json.dumps(asyncio.run(scores())))
`;

test('Python files keep their neighbours apart, coroutines are awaited, and a string is no score', { skip }, () => {
  const dir = temporaryFolder();
  for (const [name, text] of Object.entries(NEIGHBOURS)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  const rewards = ['one/first.py', 'two/second.py'].map((file) => {
    const name = basename(file, '.py');
    return { name, weight: 1, kind: 'trl', file, function: name, options: {} };
  });
  writeFileSync(join(dir, 'rewards.json'), JSON.stringify(rewards));
  copyFileSync(fileURLToPath(bridge), join(dir, 'rlvr_rewards.py'));
  const each = [
    [1, 1],
    [2, null],
  ];
  assert.deepEqual(runPython(python, CALLED_IN_A_LOOP, [dir]), [...each, ...each]);
});
