/** Promise: the key that a window was given reaches its engine, and one that replaces it does too. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { rewardConfigSchema } from '../../src/engine/protocol/experiment.ts';
import { temporaryFolder } from '../reward/support.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';

const heard: (string | undefined)[] = [];
const server = http.createServer((request, response) => {
  heard.push(request.headers.authorization);
  response.end(JSON.stringify({ choices: [{ message: { content: '1' } }] }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close());
const address = server.address();
const baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;

test('engines that start and engines that run are told the key of the judge', HANG_LIMIT, async (t) => {
  const baseDir = temporaryFolder();
  writeFileSync(
    join(baseDir, 'reward.ts'),
    `import { judge, type Reward } from 'rlvr';
export const judged: Reward = async ({ completion, options }) =>
  (await judge({ baseUrl: String(options['baseUrl']), model: 'm', prompt: completion })).score;
`,
  );
  const rewards = [
    rewardConfigSchema.parse({ file: 'reward.ts', function: 'judged', timeout: 60, options: { baseUrl } }),
  ];
  const { engines } = openWindow(t, makeSessionsFolder());
  const ask = async (text: string): Promise<void> => {
    const groups = [{ row: {}, prompt: 'p', completions: [{ text, tokens: 1 }] }];
    const of = { kind: 'given' as const, groups };
    const { combined } = await engines.questions.score({ rewards, baseDir, unsaved: [], live: false, of });
    assert.deepEqual([...combined], [1]);
  };
  engines.setJudgeKey('first');
  await ask('a');
  engines.setJudgeKey('second');
  await ask('b');
  engines.setJudgeKey(null);
  await ask('c');
  assert.deepEqual(heard, ['Bearer first', 'Bearer second', undefined]);
});
