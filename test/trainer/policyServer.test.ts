/** A server in the place of a policy: what it refuses is learned, a run's own problems are asked, and what it answered is kept. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { rewardEntries } from '../../src/engine/analysis/keptFiles.ts';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { evaluateServer, planServer } from '../../src/engine/trainer/server/evaluateServer.ts';
import { editorUser } from '../../src/engine/trainer/server/serverUser.ts';
import { continued, DATASET, openPolicyServers, quiet, validationPrompts } from '../support/policyServer.ts';
import { HANG_LIMIT, reward, train } from '../support/trainingProject.ts';

const servers = await openPolicyServers();
const { project } = servers;

test('a service that takes max_completion_tokens alone is asked by that name', async () => {
  const { asked } = await servers.serve(({ body }) =>
    'max_tokens' in body
      ? {
          status: 400,
          body: {
            error: {
              message:
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
              code: 'unsupported_parameter',
            },
          },
        }
      : 'logprobs' in body
        ? { status: 400, body: { error: { message: "'logprobs' is not supported with this model." } } }
        : { body: { choices: [{ message: { content: '3' }, finish_reason: 'stop' }] } },
  );
  const path = servers.experiment('renamed', { rollout: { maxCompletionLength: 9 } });
  const { runDir } = await evaluateServer(servers.options(path, { form: 'chat', requests: 1 }), quiet);
  assert.ok(runDir !== null);
  const limits = asked.flatMap(({ body }) =>
    'messages' in body ? [[body['max_tokens'], body['max_completion_tokens'], 'logprobs' in body]] : [],
  );
  // Those that had to wait for their turn are asked as the service wants it.
  assert.equal(limits.filter((limit) => isDeepStrictEqual(limit, [undefined, 9, false])).length, 4);
  assert.ok(limits.length <= 8, `${limits.length} requests for 4 answers`);
});

test('what a service refuses for another reason is not asked again', async () => {
  const { asked } = await servers.serve(() => ({ status: 400, body: 'temperature must be 1' }));
  await assert.rejects(
    evaluateServer(servers.options(servers.experiment('hot'), { requests: 1 }), quiet),
    /temperature must be 1/,
  );
  assert.equal(asked.filter(({ path }) => path !== '/v1/models').length, 1);
});

test('the list of models is asked for once: a person waits for it', async () => {
  const { asked } = await servers.serve(() => assert.fail('it is not asked'), { status: 503, body: 'not there' });
  await assert.rejects(evaluateServer(servers.options(servers.experiment('down')), quiet), /status 503: not there/);
  assert.equal(asked.length, 1);
});

test('of a run its problems are asked, and its rewards score, as they did in the run', HANG_LIMIT, async () => {
  const { asked } = await servers.serve(() => ({ body: { choices: [{ text: '2', finish_reason: 'stop' }] } }));
  const { dir } = await train(project, { rewards: [reward('digits')], dataset: DATASET, seed: 3 });
  const plan = await planServer(servers.options(dir), quiet);
  assert.deepEqual([plan.problems, plan.samples, plan.form, plan.known], [4, 1, 'completions', 0]);
  assert.ok(plan.promptTokens > 4 && plan.completionTokens % 4 === 0, JSON.stringify(plan));
  assert.deepEqual(new Set(asked.map(({ path }) => path)), new Set(['/v1/models']), 'a plan sends no problem');

  const { runDir } = await evaluateServer(servers.options(dir), quiet);
  const prompts = asked.flatMap(({ body }) => ('prompt' in body ? [body['prompt']] : []));
  assert.deepEqual(prompts.sort(), validationPrompts(dir).sort());
  const [run, evaluated] = [RunReader.open(dir), RunReader.open(runDir ?? assert.fail())];
  try {
    assert.deepEqual(evaluated.manifest.rewardHashes, run.manifest.rewardHashes);
    assert.equal(evaluated.manifest.datasetHash, run.manifest.datasetHash);
    assert.deepEqual(evaluated.experiment().rewards, run.experiment().rewards);
  } finally {
    run.close();
    evaluated.close();
  }
});

/** Appends to a file until the test is over. */
function edit(t: TestContext, file: string, text: string): void {
  const before = readFileSync(file);
  t.after(() => writeFileSync(file, before));
  appendFileSync(file, text);
}

test(
  'rewards that were edited since score as they did, and the run is described as the other is',
  HANG_LIMIT,
  async (t) => {
    await servers.serve(() => ({ body: { choices: [{ text: '2', finish_reason: 'stop' }] } }));
    const { dir } = await train(project, { rewards: [reward('digits')], dataset: DATASET, seed: 4 });
    edit(t, join(project.folder, 'rewards.ts'), '// edited\n');
    const { runDir } = await evaluateServer(servers.options(dir), quiet);
    const [run, evaluated] = [RunReader.open(dir), RunReader.open(runDir ?? assert.fail())];
    try {
      assert.deepEqual(evaluated.experiment(), run.experiment());
      assert.deepEqual(evaluated.manifest.rewardHashes, run.manifest.rewardHashes);
      assert.deepEqual(rewardEntries(evaluated.dir), rewardEntries(run.dir));
    } finally {
      run.close();
      evaluated.close();
    }
  },
);

test('nothing is asked where the data or the rewards of the run cannot be had any more', HANG_LIMIT, async (t) => {
  const { asked } = await servers.serve(() => ({ body: { choices: [{ text: '2', finish_reason: 'stop' }] } }));
  const { dir } = await train(project, { rewards: [reward('digits')], dataset: DATASET, seed: 6 });
  edit(t, join(project.folder, 'train.jsonl'), '{"question": "Eva has 9 pins. How many?", "answer": "9"}\n');
  edit(t, join(project.folder, 'rewards.ts'), '// edited\n');
  for (const entry of Object.values(rewardEntries(dir))) edit(t, join(dir, entry), '// edited by hand\n');
  const changed = /Nothing was asked: the dataset and the reward digits .* changed since the run/;
  await assert.rejects(planServer(servers.options(dir), quiet), changed);
  await assert.rejects(evaluateServer(servers.options(dir), quiet), changed);
  assert.deepEqual(new Set(asked.map(({ path }) => path)), new Set(['/v1/models']));
});

test('a plan counts the answers that are known, names judges, and says where there is nothing to ask', async () => {
  let left = 3;
  await servers.serve(() =>
    left-- > 0 ? { body: { choices: [{ text: '2', finish_reason: 'stop' }] } } : { status: 400, body: 'no more' },
  );
  const baseUrl = 'https://judge.example.com/v1/';
  const judged = { ...reward('digits'), options: { baseUrl } };
  const path = servers.experiment('counted', { rewards: [judged] });
  const asking = servers.options(path, { requests: 1, runsDir: join(project.folder, 'counted-runs') });
  await assert.rejects(evaluateServer(asking, quiet), /no more\nThe answers so far are kept: evaluate the same again/);
  const plan = await planServer(asking, quiet);
  assert.deepEqual([plan.known, plan.judges], [3, ['https://judge.example.com/v1']]);
  const hotter = servers.experiment('counted', {
    rewards: [judged],
    evaluation: { samples: 1, sampling: { temperature: 1 } },
  });
  assert.equal(
    (await planServer({ ...asking, path: hotter }, quiet)).known,
    0,
    'those of other settings answer nothing',
  );
  await assert.rejects(planServer({ ...asking, split: 'test' }, quiet), /has no test problems: give dataset\.test/);
});

test('the same evaluation is made by one at a time', async () => {
  const running: Promise<unknown>[] = [];
  const path = servers.experiment('twice');
  const { asked } = await servers.serve(async () => {
    if (running.length === 0)
      running.push(evaluateServer(servers.options(path), quiet).catch((error: unknown) => error));
    const [second] = await Promise.all(running);
    assert.match(String(second), /is being asked these problems already/);
    return { body: { choices: [{ text: '2', finish_reason: 'stop' }] } };
  });
  const { runDir } = await evaluateServer(servers.options(path), quiet);
  assert.ok(runDir !== null);
  assert.equal(asked.filter(({ path: called }) => called !== '/v1/models').length, 4);
});

test('where nothing can be written, an editor has other advice than a terminal', async () => {
  await servers.serve(() => ({ body: 'unused' }));
  const file = join(project.folder, 'no-folder');
  writeFileSync(file, '');
  const asking = servers.options(servers.experiment('unwritable'), { runsDir: join(file, 'runs') });
  await assert.rejects(planServer(asking, quiet), /--runs/);
  await assert.rejects(planServer({ ...asking, user: editorUser(null) }, quiet), (error) => {
    assert.match(String(error), /copy the run into a folder of your own/);
    assert.doesNotMatch(String(error), /--runs/);
    return true;
  });
});

test('answers outlive an evaluation that fails: the next call asks for the others', async () => {
  const runsDir = join(project.folder, 'failing');
  const path = servers.experiment('failing');
  const prompts: unknown[] = [];
  let refused = false;
  await servers.serve(({ body }) => {
    if (prompts.length === 2 && !refused) {
      refused = true;
      return { status: 400, body: 'not this one' };
    }
    prompts.push(body['prompt']);
    return continued(String(prompts.length));
  });
  const asking = servers.options(path, { runsDir, requests: 1 });
  await assert.rejects(evaluateServer(asking, quiet), /status 400: not this one\nThe answers so far are kept/);
  const warnings: string[] = [];
  let besideResult: string[] = [];
  const emit = (event: EngineEvent): void => {
    if (event.event === 'warning') warnings.push(event.message);
    if (event.event === 'eval') besideResult = readdirSync(runsDir);
  };
  const { runDir, usage } = await evaluateServer(asking, { ...quiet, emit });
  // The result is told before a run is made of it.
  const kinds = besideResult.map((name) => extname(name));
  assert.deepEqual(
    kinds.filter((kind) => !kind.startsWith('.lock')),
    ['.jsonl'],
  );
  assert.match(warnings.join('\n'), /2 answers are those of a call that did not finish/);
  assert.equal(new Set(prompts).size, 4);
  assert.equal(prompts.length, 4);
  assert.deepEqual(usage, { input: 40, output: 12 });
  const reader = RunReader.open(runDir ?? assert.fail());
  assert.deepEqual(
    reader
      .completionsOfStep(0)
      .map(({ text }) => text)
      .sort(),
    ['1', '2', '3', '4'],
  );
  reader.close();
  assert.deepEqual(
    readdirSync(runsDir).filter((name) => name.endsWith('.jsonl')),
    [],
  );
});

test('nothing is asked where the result cannot be kept', async () => {
  const { asked } = await servers.serve(() => continued('5'));
  const file = join(project.folder, 'no-folder');
  writeFileSync(file, '');
  await assert.rejects(
    evaluateServer(servers.options(servers.experiment('unkept'), { runsDir: join(file, 'runs') }), quiet),
    /cannot be made/,
  );
  assert.deepEqual(asked, []);
});

test('a sample is not kept', async () => {
  await servers.serve(() => continued('5'));
  const runsDir = join(project.folder, 'no-runs');
  const { runDir, policy } = await evaluateServer(
    servers.options(servers.experiment('sample'), { problems: 2, runsDir }),
    quiet,
  );
  assert.equal(policy.summary.problems, 2);
  assert.equal(runDir, null);
  assert.ok(!existsSync(runsDir));
});
