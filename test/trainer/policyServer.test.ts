/** A server in the place of a policy: what it refuses is learned, and a run's own problems are asked. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { RunReader } from '../../src/engine/run/reader.ts';
import {
  evaluateServer,
  planServer,
  type EvaluateServerOptions,
} from '../../src/engine/trainer/server/evaluateServer.ts';
import { startModelServer, type Answered, type AskedServer, type ModelServer } from '../support/modelServer.ts';
import { HANG_LIMIT, makeProject, reward, train, writeExperiment, type Project } from '../support/trainingProject.ts';

const MODEL = 'large-model';
const DATASET = { source: 'train.jsonl', validation: 4 };
const quiet = { emit: () => undefined, signal: new AbortController().signal };

let project: Project;
let server: ModelServer | null = null;
before(async () => {
  project = await makeProject('gpt2');
});
afterEach(() => {
  server?.close();
  server = null;
});

/** A server that lists its models and answers the rest. */
async function serve(answer: (asked: AskedServer) => Answered): Promise<ModelServer> {
  const models = { data: [{ id: MODEL }] };
  server = await startModelServer((asked) => (asked.path === '/v1/models' ? { body: models } : answer(asked)));
  return server;
}

function experiment(name: string, changes: Parameters<typeof writeExperiment>[1] = {}): string {
  return writeExperiment(project, { rewards: [reward('digits')], dataset: DATASET, ...changes }, name);
}

function options(path: string, changes: Partial<EvaluateServerOptions> = {}): EvaluateServerOptions {
  return {
    ...{ path, model: MODEL, prices: null, split: 'validation', overrides: [], firstWaitMs: 1 },
    baseUrl: server?.baseUrl ?? '',
    runsDir: join(project.folder, 'server-runs'),
    ...changes,
  };
}

function validationPrompts(run: string): (string | null)[] {
  const reader = RunReader.open(run);
  try {
    return reader.problems('validation').map(({ prompt }) => prompt);
  } finally {
    reader.close();
  }
}

test('a service that takes max_completion_tokens alone is asked by that name', async () => {
  const { asked } = await serve(({ body }) =>
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
  const path = experiment('renamed', { rollout: { maxCompletionLength: 9 } });
  const { runDir } = await evaluateServer(options(path, { form: 'chat', requests: 1 }), quiet);
  assert.ok(runDir !== null);
  const limits = asked.flatMap(({ body }) =>
    'messages' in body ? [[body['max_tokens'], body['max_completion_tokens'], 'logprobs' in body]] : [],
  );
  // Those that had to wait for their turn are asked as the service wants it.
  assert.equal(limits.filter((limit) => isDeepStrictEqual(limit, [undefined, 9, false])).length, 4);
  assert.ok(limits.length <= 8, `${limits.length} requests for 4 answers`);
});

test('what a service refuses for another reason is not asked again', async () => {
  const { asked } = await serve(() => ({ status: 400, body: 'temperature must be 1' }));
  await assert.rejects(evaluateServer(options(experiment('hot'), { requests: 1 }), quiet), /temperature must be 1/);
  assert.equal(asked.filter(({ path }) => path !== '/v1/models').length, 1);
});

test('the list of models is asked for once: a person waits for it', async () => {
  server = await startModelServer(() => ({ status: 503, body: 'not there' }));
  await assert.rejects(evaluateServer(options(experiment('down')), quiet), /status 503: not there/);
  assert.equal(server.asked.length, 1);
});

test('of a run its problems are asked, and its rewards score, as they did in the run', HANG_LIMIT, async () => {
  const { asked } = await serve(() => ({ body: { choices: [{ text: '2', finish_reason: 'stop' }] } }));
  const { dir } = await train(project, { rewards: [reward('digits')], dataset: DATASET, seed: 3 });
  const plan = await planServer(options(dir), quiet.signal);
  assert.deepEqual([plan.problems, plan.samples, plan.form, plan.known], [4, 1, 'completions', 0]);
  assert.ok(plan.promptTokens > 4 && plan.completionTokens % 4 === 0, JSON.stringify(plan));
  assert.deepEqual(new Set(asked.map(({ path }) => path)), new Set(['/v1/models']), 'a plan sends no problem');

  const { runDir } = await evaluateServer(options(dir), quiet);
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
