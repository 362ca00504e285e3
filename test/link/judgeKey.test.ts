/** Promise: the key of a judge comes over the link, goes to the judge, and is written nowhere. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { JUDGE_FILE } from '../../src/engine/run/layout.ts';
import { JudgeReplies } from '../../src/engine/reward/services/judgeReplies.ts';
import { rewardConfigSchema } from '../../src/engine/protocol/experiment.ts';
import type { ScoreRequest } from '../../src/engine/protocol/scoring.ts';
import { runOf } from '../panels/outputsRuns.ts';
import { temporaryFolder } from '../reward/support.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { Client, type Heard } from './client.ts';
import { startSession } from './engineSession.ts';

const KEY = 'key-over-the-link-53';

const heard: (string | undefined)[] = [];
const server = http.createServer((request, response) => {
  heard.push(request.headers.authorization);
  response.end(JSON.stringify({ choices: [{ message: { content: '0.25' } }] }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close());
const address = server.address();
const baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;

function scored({ message, arrays }: Heard): { values: number[]; errors: string[] } {
  assert.ok(message.type === 'reply' && message.reply.kind === 'score', JSON.stringify(message));
  return { values: [...(arrays[0] ?? [])], errors: message.reply.errors.map(([, , , text]) => text) };
}

test('a judge is asked with the key of the editor, and not while somebody types', HANG_LIMIT, async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'reward.ts'),
    `import { judge, type Reward } from 'rlvr';
export const judged: Reward = async ({ completion, options }) =>
  (await judge({ baseUrl: String(options['baseUrl']), model: 'm', prompt: completion })).score;
`,
  );
  const session = startSession({ kind: 'serve' });
  const client = await Client.welcome(session);
  client.say({ type: 'judgeKey', key: KEY });
  const question = (completion: string, live: boolean): ScoreRequest => ({
    kind: 'score',
    rewards: [rewardConfigSchema.parse({ file: 'reward.ts', function: 'judged', timeout: 60, options: { baseUrl } })],
    baseDir: folder,
    unsaved: [],
    live,
    of: { kind: 'given', groups: [{ row: {}, prompt: 'p', completions: [{ text: completion, tokens: 1 }] }] },
  });

  assert.deepEqual(scored(await client.ask(question('a', false))), { values: [0.25], errors: [] });
  assert.deepEqual(heard, [`Bearer ${KEY}`]);

  // What is known already costs nothing.
  assert.deepEqual(scored(await client.ask(question('a', true))), { values: [0.25], errors: [] });
  const { errors } = scored(await client.ask(question('b', true)));
  assert.match(errors[0] ?? '', /^reward\.ts:3:\d+: .*nothing new while you type/);
  assert.equal(heard.length, 1);

  for (const name of readdirSync(session.dir, { recursive: true, encoding: 'utf8' })) {
    const file = join(session.dir, name);
    if (statSync(file).isFile()) assert.ok(!readFileSync(file, 'utf8').includes(KEY), name);
  }
  client.say({ type: 'stop' });
  assert.equal((await session.ended).code, 0);
});

test('versions are compared by what judges have said, in the run too, and nobody pays', HANG_LIMIT, async () => {
  const folder = temporaryFolder();
  const asks = { model: 'm', maxTokens: 9, temperature: 0 };
  writeFileSync(
    join(folder, 'reward.ts'),
    `import { judge } from 'rlvr';
export const judged = async ({ completion, options: { baseUrl } }) =>
  (await judge({ ...${JSON.stringify(asks)}, baseUrl, prompt: completion })).score;
`,
  );
  const runDir = runOf(['known', 'new']);
  const replies = new JudgeReplies();
  await replies.keepIn(join(runDir, JUDGE_FILE));
  await replies.get({ service: 'judge', baseUrl, prompt: 'known', ...asks }, () => Promise.resolve('0.5'));
  await replies.written();
  const session = startSession({ kind: 'serve' });
  const client = await Client.welcome(session);
  client.say({ type: 'judgeKey', key: KEY });
  const before = heard.length;
  const question: ScoreRequest = {
    kind: 'score',
    rewards: [rewardConfigSchema.parse({ file: 'reward.ts', function: 'judged', timeout: 60, options: { baseUrl } })],
    baseDir: folder,
    unsaved: [],
    live: false,
    of: { kind: 'stored', runDir, groups: [{ step: 1, purpose: 'rollout', split: 'train', problem: 1 }] },
  };
  const compared = scored(await client.ask({ ...question, compares: true }));
  assert.deepEqual(compared.values, [0.5, NaN]);
  assert.match(compared.errors.join(), /asked nothing new .*to compare versions/);
  assert.equal(heard.length, before);
  assert.deepEqual(scored(await client.ask(question)), { values: [0.5, 0.25], errors: [] });
  assert.equal(heard.length, before + 1);
  client.say({ type: 'stop' });
  assert.equal((await session.ended).code, 0);
});
