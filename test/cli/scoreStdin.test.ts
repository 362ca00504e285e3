import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../run/samples.ts';
import { jsonLines } from './rlvr.ts';

const door = fileURLToPath(new URL('../../src/engine/cli.ts', import.meta.url));

test('each line is answered in its order, one that cannot be read with why', () => {
  const cwd = temporaryFolder();
  writeFileSync(
    join(cwd, 'reward.ts'),
    `export const short = ({ completion, limit, step }) => {
      if (completion === '') throw new Error('nothing to score');
      return step === null ? null : completion.length <= limit;
    };`,
  );
  const experiment = {
    model: 'm',
    dataset: { source: 'd.jsonl' },
    rewards: [{ file: 'reward.ts', function: 'short' }],
  };
  writeFileSync(join(cwd, 'e.rlvr.json'), JSON.stringify(experiment));
  const group = { row: { limit: 3 }, prompt: 'p' };
  const lines = [
    JSON.stringify({
      groups: [{ ...group, step: 1, completions: [{ text: 'abc', tokens: 2 }, { text: 'abcd' }, { text: '' }] }],
    }),
    'nonsense',
    '',
    JSON.stringify({ groups: [{ ...group, completions: [{ text: 'abc' }] }] }),
  ];
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', door, 'score', '--stdin', 'e.rlvr.json'],
    { cwd, input: lines.join('\n'), encoding: 'utf8' },
  );
  assert.equal(status, 0);
  const [first, second, third, ...more] = jsonLines(stdout);
  assert.deepEqual(more, []);
  assert.partialDeepStrictEqual(first, {
    groups: [
      [
        { reward: 1, rewards: { short: { value: 1 } } },
        { reward: 0, rewards: { short: { value: 0 } } },
        { reward: null, rewards: { short: { error: { kind: 'threw' } } } },
      ],
    ],
  });
  assert.match(String(second?.['error']), /^this line is no question/);
  assert.deepEqual(third, { groups: [[{ reward: null, rewards: { short: { value: null } } }]] });
});
