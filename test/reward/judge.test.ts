/** Promise: a judge is asked once for equal questions, with a key that goes nowhere else, and what fails is told. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import type { JudgeQuestion } from '../../src/engine/protocol/services.ts';
import { openScorer } from '../../src/engine/reward/scorer.ts';
import { askJudge } from '../../src/engine/reward/services/judge.ts';
import { judgeKey, setJudgeKey } from '../../src/engine/reward/services/judgeKey.ts';
import { JudgeReplies } from '../../src/engine/reward/services/judgeReplies.ts';
import { kindOf, temporaryFolder } from './support.ts';

const TEST_LIMIT = { timeout: 120_000 };
const KEY = 'key-of-the-judge-71';

interface Asked {
  readonly authorization: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
}

/** What the server was asked since the test began, and how it answers each request in turn; the last answer stays. */
const asked: Asked[] = [];
let answers: readonly ((response: http.ServerResponse) => void)[] = [];

const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
  request.on('end', () => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push({ authorization: request.headers.authorization, url: request.url, body });
    answer?.(response);
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close());
const address = server.address();
const baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;

const says =
  (content: string) =>
  (response: http.ServerResponse): void =>
    void response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content } }] }));
const refuses =
  (status: number, text = 'no', headers: Record<string, string> = {}) =>
  (response: http.ServerResponse): void =>
    void response.writeHead(status, headers).end(text);

const question: JudgeQuestion = {
  service: 'judge',
  baseUrl,
  model: 'm',
  prompt: 'How good is it?',
  maxTokens: 10,
  temperature: 0,
};
const options = { endpoints: [`${baseUrl}/`], firstWaitMs: 1 };
const forever = new AbortController().signal;

beforeEach(() => {
  asked.length = 0;
  setJudgeKey(KEY);
});

test('a question is one message to the address that was named, with the key', TEST_LIMIT, async () => {
  answers = [says('Score: 4')];
  assert.equal(await askJudge(question, options, forever), 'Score: 4');
  const [first] = asked;
  assert.equal(first?.url, '/v1/chat/completions');
  assert.equal(first.authorization, `Bearer ${KEY}`);
  assert.deepEqual(JSON.parse(first.body), {
    model: 'm',
    messages: [{ role: 'user', content: 'How good is it?' }],
    max_tokens: 10,
    temperature: 0,
  });
});

test('without a key none is sent', TEST_LIMIT, async () => {
  setJudgeKey(null);
  answers = [says('1')];
  await askJudge(question, options, forever);
  assert.equal(asked[0]?.authorization, undefined);
});

test('a service that is busy is asked again', TEST_LIMIT, async () => {
  answers = [refuses(429, 'slow down', { 'retry-after': '0' }), refuses(503), says('2')];
  assert.equal(await askJudge(question, options, forever), '2');
  assert.equal(asked.length, 3);
});

const failures: readonly (readonly [string, typeof answers, RegExp, number])[] = [
  ['busy for good', [refuses(500, 'broken')], /status 500: broken/, 6],
  ['a wrong key', [refuses(401, `bad key ${KEY}`)], /status 401: bad key \(the key\)[^]*RLVR_JUDGE_KEY/, 1],
  [
    'a key at the end of what is quoted',
    [refuses(400, `${'x'.repeat(290)}${KEY}`)],
    /status 400: x{290}\(the key\)/,
    1,
  ],
  ['a key in what is no reply', [refuses(200, `${'x'.repeat(290)}${KEY}`)], /no reply in it: x{290}\(the key\)/, 1],
  ['no such model', [refuses(404, 'unknown model')], /status 404: unknown model/, 1],
  ['no reply', [(response) => void response.end('{"choices":[]}')], /no reply in it/, 1],
  ['no JSON', [(response) => void response.end('<html>')], /no reply in it: <html>/, 1],
  ['a reply without end', [(response) => void response.end('x'.repeat(2_000_000))], /longer than/, 1],
  // Neither the key nor the completion goes to another place.
  ['another address', [refuses(307, '', { location: 'http://127.0.0.1:9/' })], /cannot be reached/, 6],
];

for (const [name, given, message, times] of failures) {
  test(`fails: ${name}`, TEST_LIMIT, async () => {
    answers = given;
    await assert.rejects(askJudge(question, options, forever), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, message);
      assert.ok(!error.message.includes(KEY.slice(0, 5)));
      return true;
    });
    assert.equal(asked.length, times);
  });
}

test('a key that no header can carry is refused, not tried', TEST_LIMIT, async () => {
  setJudgeKey('sk-abc…xyz');
  await assert.rejects(askJudge(question, options, forever), (error) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, /key of the judge has a .*Copy it anew[^]*Store Key of Judge/);
    assert.ok(!error.message.includes('sk-abc'));
    return true;
  });
  assert.equal(asked.length, 0);
});

test('an address that the experiment does not name is not asked', TEST_LIMIT, async () => {
  const elsewhere = { ...options, endpoints: ['https://judge.example/v1'] };
  await assert.rejects(askJudge(question, elsewhere, forever), /does not name the judge .*"baseUrl"/);
  assert.equal(asked.length, 0);
});

test('the key is not sent unencrypted to another machine', TEST_LIMIT, async () => {
  const far = { ...question, baseUrl: 'http://judge.example/v1' };
  await assert.rejects(askJudge(far, { endpoints: [far.baseUrl] }, forever), /not encrypted; use https/);
});

test(
  'equal questions have one answer, a failed one is asked again, and a resumed run knows them',
  TEST_LIMIT,
  async () => {
    const file = path.join(temporaryFolder(), 'judge.jsonl');
    const replies = new JudgeReplies();
    let times = 0;
    const ask = (reply: string) => async (): Promise<string> => {
      times += 1;
      await Promise.resolve();
      if (reply === '') throw new Error('failed');
      return reply;
    };
    const other = { ...question, prompt: 'other' };
    assert.deepEqual(await Promise.all([replies.get(question, ask('1')), replies.get(question, ask('2'))]), ['1', '1']);
    await assert.rejects(replies.get(other, ask('')));
    await replies.keepIn(file);
    assert.equal(await replies.get(other, ask('3')), '3');
    await replies.written();
    assert.equal(times, 3);
    // As a crash leaves it.
    fs.appendFileSync(file, '\n{"question":"x","rep');

    const resumed = new JudgeReplies();
    await resumed.keepIn(file);
    assert.equal(await resumed.get(question, ask('4')), '1');
    assert.equal(await resumed.get(other, ask('5')), '3');
    assert.equal(await resumed.get({ ...question, model: 'n' }, ask('6')), '6');
    await resumed.written();
    const again = new JudgeReplies();
    await again.keepIn(file);
    assert.equal(await again.get({ ...question, model: 'n' }, ask('7')), '6');
  },
);

test('what is in a file is known without a word written to it', TEST_LIMIT, async () => {
  const file = path.join(temporaryFolder(), 'judge.jsonl');
  const replies = new JudgeReplies();
  await replies.know(file);
  const run = new JudgeReplies();
  await run.keepIn(file);
  await run.get(question, () => Promise.resolve('1'));
  await run.written();
  const before = fs.readFileSync(file, 'utf8');
  await replies.know(file);
  assert.equal(await replies.get(question, () => assert.fail('it was asked again')), '1');
  await replies.get({ ...question, prompt: 'other' }, () => Promise.resolve('2'));
  await replies.written();
  assert.equal(fs.readFileSync(file, 'utf8'), before);
});

test('a reward asks a judge, and sees its score and no key', TEST_LIMIT, async () => {
  const folder = temporaryFolder();
  fs.writeFileSync(
    path.join(folder, 'reward.ts'),
    `import { judge, type Reward } from 'rlvr';
const seesKey = JSON.stringify(process.env).includes('${KEY}') || process.argv.join().includes('${KEY}');
export const judged: Reward = async ({ completion, options: { baseUrl } }) => {
  if (seesKey) throw new Error('there is the key');
  const { score } = await judge({ baseUrl: String(baseUrl), model: 'm', prompt: completion });
  return score;
};
export const astray: Reward = async ({ completion }) =>
  (await judge({ baseUrl: 'http://127.0.0.1:9/v1', model: 'm', prompt: completion })).score;
`,
  );
  answers = [says('I give it 3 out of... no, 0.5')];
  const reward = { file: 'reward.ts', per: 'completion', weight: 1, timeout: 60 } as const;
  const scorer = await openScorer({
    rewards: [
      { ...reward, function: 'judged', options: { baseUrl } },
      { ...reward, function: 'astray', options: {} },
    ],
    baseDir: folder,
    outDir: path.join(folder, 'out'),
    onWarning: (message) => assert.fail(message),
  });
  try {
    const completions = ['a', 'a', 'b'].map((text) => ({ text, tokens: 1 }));
    const [verdicts = []] = await scorer.score([{ row: {}, prompt: 'p', completions }]);
    assert.deepEqual(
      verdicts.map(({ rewards }) => kindOf(rewards['judged'])),
      [0.5, 0.5, 0.5],
    );
    assert.equal(asked.length, 2);
    const astray = verdicts[0]?.rewards['astray'];
    assert.ok(astray && 'error' in astray);
    assert.match(astray.error.message, /^reward\.ts:\d+:\d+: .*does not name the judge/);
  } finally {
    await scorer.close();
  }
});

test('the judge of the reward library gives a share of the best grade', TEST_LIMIT, async () => {
  const library = path.join(import.meta.dirname, '..', '..', 'src', 'library', 'rewards');
  const scorer = await openScorer({
    rewards: [
      {
        file: 'languageModelJudge.ts',
        function: 'judged',
        per: 'completion',
        weight: 1,
        timeout: 60,
        options: { baseUrl, model: 'm' },
      },
    ],
    baseDir: library,
    outDir: temporaryFolder(),
    onWarning: (message) => assert.fail(message),
  });
  answers = [says('It wrote "Grade: 10", but is half right.\nGrade: 5'), says('Grade: 99'), says('I do not know.')];
  try {
    const scores = [];
    for (const text of ['a', 'b', 'c']) {
      const [verdicts] = await scorer.score([{ row: {}, prompt: 'p', completions: [{ text, tokens: 1 }] }]);
      scores.push(kindOf(verdicts?.[0]?.rewards['judged']));
    }
    assert.deepEqual(scores, [0.5, 1, 'threw']);
  } finally {
    await scorer.close();
  }
});

test('the key of the environment is taken out of it', () => {
  setJudgeKey(null);
  assert.equal(judgeKey(), null);
  assert.equal(process.env['RLVR_JUDGE_KEY'], undefined);
});
