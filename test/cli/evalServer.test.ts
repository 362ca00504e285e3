/** `rlvr eval --policy`: a model behind an OpenAI-compatible API is asked the problems of an experiment. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { z } from 'zod';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { evaluateServer, type EvaluateServerOptions } from '../../src/engine/trainer/server/evaluateServer.ts';
import type { Answered } from '../support/modelServer.ts';
import {
  continued,
  MODEL,
  openPolicyServers,
  quiet,
  DATASET as VALIDATED,
  validationPrompts,
} from '../support/policyServer.ts';
import { HANG_LIMIT, reward, train, type Changes } from '../support/trainingProject.ts';
import { finish, jsonLines, rlvr, start } from './rlvr.ts';

const conversation = z.array(z.object({ role: z.string(), content: z.string() }));
const KEY = { RLVR_POLICY_KEY: 'secret-of-the-server' };
const DATASET = { ...VALIDATED, test: 'test.jsonl' };

const servers = await openPolicyServers();
const { project } = servers;

function experiment(name = 'experiment', changes: Changes = {}): string {
  return servers.experiment(name, { dataset: DATASET, ...changes });
}

test(
  'every problem is asked as it is written, and the result is a run that stands beside a trained one',
  HANG_LIMIT,
  async () => {
    const { baseUrl, asked } = await servers.serve(({ body }) =>
      continued(String(body['prompt']).includes('2') ? '2' : 'none'),
    );
    const path = experiment('first', { rollout: { stop: ['\n\n'], maxCompletionLength: 7 }, seed: 5 });
    const args = ['eval', path, '--policy', baseUrl, '--policy-model', MODEL, '--policy-prices', '2,10'];
    const { code, stdout, stderr } = await finish(start(args, project.folder, KEY));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /large-model at http:\/\/127\.0\.0\.1:\d+\/v1:/);
    assert.match(stdout, /40 tokens of prompts and 12 of completions\. That is 0\.000200 by the prices given\./);
    const [, place = ''] = /Kept as a run, which can be compared with others: (\S+)/.exec(stdout) ?? [];
    const run = join(project.folder, place);
    assert.ok(existsSync(run), place);

    const questions = asked.filter((one) => one.path !== '/v1/models');
    assert.deepEqual(new Set(questions.map(({ path: called }) => called)), new Set(['/v1/completions']));
    assert.deepEqual(questions.map(({ body }) => body['prompt']).sort(), validationPrompts(run).sort());
    for (const { body, authorization } of questions) {
      assert.equal(authorization, 'Bearer secret-of-the-server');
      const { prompt, seed, ...others } = body;
      assert.ok(typeof prompt === 'string' && typeof seed === 'number' && Number.isInteger(seed) && seed < 2 ** 31);
      assert.deepEqual(others, { model: MODEL, max_tokens: 7, temperature: 0, top_p: 1, stop: ['\n\n'], logprobs: 0 });
    }
    assert.equal(new Set(questions.map(({ body }) => body['seed'])).size, 4);

    const reader = RunReader.open(run);
    try {
      const { policyServer, name, modelPath } = reader.manifest;
      const says = { id: MODEL, object: 'model', owned_by: 'vllm', max_model_len: 4096 };
      assert.deepEqual(policyServer, { baseUrl, model: MODEL, form: 'completions', says });
      assert.equal(name, `first: ${MODEL} at ${new URL(baseUrl).host}`);
      assert.equal(modelPath, `${baseUrl} ${MODEL}`);
      assert.deepEqual(reader.state(), { status: 'finished', crashed: false, message: null, lastStep: 0 });
      const metrics = reader.metrics(0);
      assert.deepEqual([metrics['server/prompt_tokens'], metrics['server/completion_tokens']], [40, 12]);
      const texts = reader.completionsOfStep(0).map(({ text, stopReason }) => [text, stopReason]);
      assert.equal(texts.length, 4);
      assert.ok(texts.every(([text, reason]) => (text === '2' || text === 'none') && reason === 'eos'));
    } finally {
      reader.close();
    }
    for (const file of readdirSync(run, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
      const contents = readFileSync(join(file.parentPath, file.name), 'latin1');
      assert.ok(!contents.includes(KEY.RLVR_POLICY_KEY), file.name);
    }

    const trained = await train(project, { rewards: [reward('digits')], dataset: DATASET, seed: 5 });
    const compared = await rlvr(['compare', trained.dir, run, '--json'], project.folder);
    assert.equal(compared.code, 0, compared.stderr);
    assert.match(compared.stdout, /first: large-model at/);
    for (const args of [
      ['eval', run],
      ['export', run, '--model', 'none', '--as', 'merged'],
    ]) {
      const refused = await rlvr(args, project.folder);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /an evaluation of large-model at .* has no policy of its own/);
    }
  },
);

test('log-probabilities and tokens are kept where the server gives them, the text is cut at a stop string', async () => {
  await servers.serve(() =>
    continued('12 so', {
      finish_reason: 'length',
      logprobs: { tokens: ['1', '2', ' so'], token_logprobs: [-0.5, -0.25, null] },
    }),
  );
  const { runDir } = await evaluateServer(
    servers.options(experiment('logprobs', { rollout: { stop: [' s'] } })),
    quiet,
  );
  const reader = RunReader.open(runDir ?? assert.fail());
  const [completion] = reader.completionsOfStep(0);
  reader.close();
  assert.ok(completion);
  assert.equal(completion.text, '12');
  assert.equal(completion.stopReason, 'stop');
  assert.deepEqual([...completion.logprobs], [-0.5, -0.25, -Infinity]);
  assert.deepEqual([...completion.tokenEnds], [1, 2, 2]);
  assert.deepEqual([...completion.tokens], [-1, -1, -1]);
});

test('a server that refuses log-probabilities is asked without', async () => {
  const { asked } = await servers.serve(({ body }) =>
    'logprobs' in body ? { status: 400, body: 'logprobs are not supported' } : continued('3'),
  );
  const { runDir } = await evaluateServer(servers.options(experiment('without')), quiet);
  const reader = RunReader.open(runDir ?? assert.fail());
  const [completion] = reader.completionsOfStep(0);
  reader.close();
  assert.ok(completion && completion.logprobs.length === completion.tokens.length);
  assert.ok(completion.logprobs.every((value) => Number.isNaN(value)));
  assert.ok(completion.tokens.every((id) => id >= 0));
  assert.ok(asked.some(({ body }) => 'prompt' in body && !('logprobs' in body)));
});

const chatted = (text: string, content: readonly object[], more: Record<string, unknown> = {}): Answered => ({
  body: { choices: [{ message: { content: text }, finish_reason: 'stop', logprobs: { content } }], ...more },
});

async function firstCompletion(changes: Partial<EvaluateServerOptions>, name: string) {
  const { runDir } = await evaluateServer(servers.options(experiment(name), changes), quiet);
  const reader = RunReader.open(runDir ?? assert.fail());
  const [completion] = reader.completionsOfStep(0);
  reader.close();
  return completion ?? assert.fail();
}

test('a character of several tokens ends with the last of them', async () => {
  const [first = 0, ...rest] = Buffer.from('🙂');
  const content = [
    { token: 'a', logprob: -1, bytes: null },
    { token: '\\xf0', logprob: -2, bytes: [first] },
    { token: '\\x9f\\x99\\x82', logprob: -3, bytes: rest },
    { token: '<|end|>', logprob: -4, bytes: [...Buffer.from('<|end|>')] },
  ];
  await servers.serve(() => chatted('a🙂', content));
  const completion = await firstCompletion({ form: 'chat' }, 'emoji');
  assert.equal(completion.text, 'a🙂');
  assert.deepEqual([...completion.tokenEnds], [1, 1, 3, 3]);
  assert.deepEqual([...completion.logprobs], [-1, -2, -3, -4]);
});

test('tokens that are not those of the text are not taken for them', async () => {
  const content = ['<think>', 'so', '</think>', '12'].map((token) => ({ token, logprob: -1 }));
  await servers.serve(() => chatted('12', content));
  const completion = await firstCompletion({ form: 'chat' }, 'reasoning');
  assert.equal(completion.text, '12');
  assert.ok(completion.tokens.every((id) => id >= 0));
  assert.ok(completion.logprobs.every((value) => Number.isNaN(value)));
  assert.equal(completion.tokenEnds.at(-1), 2);
});

test('an answer may be as long as its tokens and their log-probabilities make it', async () => {
  await servers.serve(() => chatted('12', [], { padding: 'x'.repeat(1024 * 1024) }));
  assert.equal((await firstCompletion({ form: 'chat' }, 'long')).text, '12');
});

test('in chat form a problem is a conversation', async () => {
  const { asked } = await servers.serve(() => ({
    body: { choices: [{ message: { content: '4' }, finish_reason: 'stop', logprobs: null }] },
  }));
  const { usage, server: said } = await evaluateServer(servers.options(experiment('chat'), { form: 'chat' }), quiet);
  assert.equal(said.form, 'chat');
  const questions = asked.filter(({ path }) => path === '/v1/chat/completions');
  assert.equal(questions.length, 4);
  for (const { body } of questions) {
    const [message, ...more] = conversation.parse(body['messages']);
    assert.deepEqual([message?.role, more], ['user', []]);
    assert.match(message?.content ?? '', /^Eva has \d \w+\. How many\?/);
    assert.equal(body['logprobs'], true);
  }
  // It counted nothing: our tokenizer did.
  assert.ok(usage.input > 4 && usage.output >= 4, JSON.stringify(usage));
});

test('so many at a time, and where the service asks for patience it is tried again', async () => {
  let refused = 0;
  const { mostAtOnce } = await servers.serve(async () => {
    await setImmediate();
    if (refused++ < 3) return { status: 429, headers: { 'retry-after': '0' }, body: 'slow down' };
    return continued('5');
  });
  const path = experiment('limits', { evaluation: { samples: 6, sampling: { temperature: 1 } } });
  const { policy } = await evaluateServer(servers.options(path), quiet);
  assert.equal(policy.summary.samples, 6);
  assert.ok(mostAtOnce() <= 8, String(mostAtOnce()));
});

test('as many at a time as are asked for', async () => {
  const { mostAtOnce } = await servers.serve(async () => {
    // Long enough for others to arrive that should not have been sent.
    for (let turn = 0; turn < 100; turn++) await setImmediate();
    return continued('5');
  });
  await evaluateServer(servers.options(experiment('one'), { requests: 1 }), quiet);
  assert.equal(mostAtOnce(), 1);
});

test('a server that is late is not one that is not there', async () => {
  await servers.serve(() => new Promise<never>(() => undefined));
  await assert.rejects(
    evaluateServer(servers.options(experiment('late'), { timeoutMs: 20 }), quiet),
    /The server http:\/\/127\S+ took longer than 0\.02 s\. .*--policy-requests/,
  );
});

test('secrets in an address are refused and not repeated', async () => {
  for (const baseUrl of [
    'http://bob:hunter2@127.0.0.1/v1',
    'ftp://bob:hunter2@127.0.0.1/v1',
    'http://bob:hunter2@127.0.0.1:99999/v1',
    'http://127.0.0.1/v1?key=hunter2',
    'http://127.0.0.1/v1#hunter2',
    'http://127.0.0.1/v1?',
  ])
    await assert.rejects(evaluateServer(servers.options(experiment('secret'), { baseUrl }), quiet), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /address of (the|a) server/);
      assert.doesNotMatch(error.message, /hunter2|bob/);
      return true;
    });
});

test('what is wrong is said, and how to mend it', HANG_LIMIT, async () => {
  const { baseUrl } = await servers.serve(() => ({ status: 401, body: 'no such key: hunter2' }));
  const path = experiment('wrong');
  await assert.rejects(evaluateServer(servers.options(path, { model: 'larg-model' }), quiet), {
    name: 'UserError',
    message: /has no model "larg-model"\. Did you mean large-model\? It has: large-model, other\./,
  });
  await assert.rejects(evaluateServer(servers.options(path), quiet), /status 401[^]*RLVR_POLICY_KEY/);
  servers.stop();
  await assert.rejects(
    evaluateServer(servers.options(path, { baseUrl: 'http://127.0.0.1:9/v1' }), quiet),
    /cannot be reached/,
  );
  for (const [args, message] of [
    [['--policy', baseUrl], /--policy needs --policy-model NAME/],
    [['--policy-model', 'x'], /--policy-model goes with --policy URL/],
    [
      ['--policy', baseUrl, '--policy-model', 'x', '--policy-form', 'song'],
      /--policy-form must be completions or chat/,
    ],
    [['--policy', baseUrl, '--policy-model', 'x', '--policy-prices', '1'], /--policy-prices must be two prices/],
    [['--policy', baseUrl, '--policy-model', 'x', '--policy-requests', '0'], /--policy-requests must be/],
    [['--policy-requests', '2'], /--policy-requests goes with --policy URL/],
    [['--policy', baseUrl, '--policy-model', 'x', '--checkpoint', 'best'], /--checkpoint does not go with --policy/],
  ] as const) {
    const { code, stderr } = await rlvr(['eval', path, ...args], project.folder);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
  const clear = ['eval', path, '--policy', 'http://models.example.org/v1', '--policy-model', 'x'];
  const { code, stderr } = await finish(start(clear, project.folder, KEY));
  assert.equal(code, 1);
  assert.match(stderr, /is not sent over http:\/\/models\.example\.org\/v1, which is not encrypted/);
});

test('with --json the server is an object', HANG_LIMIT, async () => {
  const { baseUrl } = await servers.serve(() => continued('6'));
  const args = ['eval', experiment('json'), '--policy', baseUrl, '--policy-model', MODEL, '--json'];
  const { code, stdout, stderr } = await rlvr(args, project.folder);
  assert.equal(code, 0, stderr);
  const last = jsonLines(stdout).at(-1);
  assert.deepEqual([last?.['event'], last?.['usage'], last?.['cost']], ['server', { input: 40, output: 12 }, null]);
});
