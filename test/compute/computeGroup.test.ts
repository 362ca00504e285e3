/**
 * Promise: how many processes compute, and what becomes of them, changes nothing of what is computed in shares; and in shares it is what a single
 * process computes, rounding apart.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ComputeClient } from '../../src/engine/compute/client.ts';
import type { Compute, Listener } from '../../src/engine/compute/compute.ts';
import { ComputeGroup } from '../../src/engine/compute/group/computeGroup.ts';
import { hashFiles } from '../../src/engine/model/hashFiles.ts';
import { startChild, type ChildHandle } from '../../src/engine/process/startChild.ts';
import type { Completion } from '../../src/engine/protocol/completion.ts';
import type { GenerateRequest, LoadRequest, TrainingRow, UpdateReply } from '../../src/engine/protocol/compute.ts';
import { ComputeLostError, NonFiniteError } from '../../src/engine/protocol/errors.ts';
import { parseExperiment } from '../../src/engine/protocol/experimentFile.ts';
import { assertSameGradients } from '../support/golden.ts';
import { HANG_LIMIT, makeProject, tinyExperiment } from '../support/trainingProject.ts';

const SHARES = 4;
const STEPS = 3;
const experiment = parseExperiment(JSON.stringify(tinyExperiment({ lora: { rank: 2 } })), 'tiny');
const { rollout, training, optimizer, algorithm } = experiment;

const project = await makeProject('llama');
const load: LoadRequest = {
  kind: 'load',
  model: join(project.folder, 'model'),
  lora: experiment.lora ?? null,
  rolloutWeights: 'float32',
  state: null,
  seed: 0,
  device: 'cpu',
  threads: 1,
};

/** Problems of different lengths, so that neither groups nor shares are alike. */
const prompts = [3, 5, 2, 9, 4, 7].map((length, problem) =>
  Int32Array.from({ length }, (_, place) => 20 + ((7 * place + 5 * problem) % 90)),
);

function asked(step: number): GenerateRequest {
  return {
    kind: 'generate',
    groups: prompts.map((prompt, problem) => ({
      prompt,
      keys: [0, 1, 2].map((sample) => ({ step, problem, occurrence: 0, round: 0, sample })),
    })),
    purpose: 'rollout',
    keepPrompts: true,
    sampling: rollout,
    maxCompletionLength: 8,
    stop: [],
    stopTokens: [],
    // A group after the other.
    maxRows: 3,
  };
}

/** Something to learn that follows from the tokens. */
function rowOf({ key, tokens, logprobs }: Completion): TrainingRow {
  return {
    key,
    prompt: prompts[key.problem] ?? assert.fail(),
    tokens,
    advantage: ((tokens[0] ?? 0) % 5) - 2,
    oldLogprobs: logprobs,
    referenceLogprobs: null,
    rolloutLogprobs: null,
    weights: new Float32Array(tokens.length).fill(1 / 100),
  };
}

const pass = {
  objective: 'policy',
  algorithm,
  onPolicy: false,
  temperature: 1,
  microBatch: 4,
  gradientCheckpointing: false,
  iteration: 0,
} as const;

/** In the order of the problems. `told` is called with each group. */
async function sampled(compute: Compute, step: number, told: () => void = () => {}): Promise<TrainingRow[]> {
  const groups = new Map<number, readonly Completion[]>();
  const onGroup: Listener['onGroup'] = ({ group, completions }) => {
    assert.ok(!groups.has(group), `group ${group} is told once`);
    groups.set(group, completions);
    told();
  };
  await compute.request(asked(step), { onGroup });
  return prompts.flatMap((_, problem) => (groups.get(problem) ?? assert.fail(`no group ${problem}`)).map(rowOf));
}

interface Trained {
  readonly rows: readonly (readonly TrainingRow[])[];
  readonly updates: readonly UpdateReply[];
  /** Of adapter and optimiser, at the end. */
  readonly saved: string;
}

async function saved(compute: Compute): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-group-'));
  try {
    await compute.request({ kind: 'save', folder: join(folder, 'state') });
    return await hashFiles(join(folder, 'state'), ['adapter_model.safetensors', 'optimizer.safetensors']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function trained(compute: Compute, told: (step: number) => void = () => {}): Promise<Trained> {
  await compute.request(load);
  const rows: TrainingRow[][] = [];
  const updates: UpdateReply[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const sample = await sampled(compute, step, () => told(step));
    rows.push(sample);
    updates.push(await compute.request({ kind: 'update', ...pass, rows: sample, optimizer, learningRate: 0.02 }));
  }
  return { rows, updates, saved: await saved(compute) };
}

/** A process of this machine that is lost where one of another machine would be. */
function lostWhenKilled(context: TestContext): { readonly compute: Compute; readonly lose: () => void } {
  const child = startChild('compute');
  context.after(() => child.kill());
  const handle: ChildHandle = {
    pid: undefined,
    send: (message) => child.send(message),
    onMessage: (listener) => child.onMessage(listener),
    onExit: (listener) => child.onExit((exit) => listener({ ...exit, lost: 'The node died.' })),
    kill: () => child.kill(),
  };
  return { compute: new ComputeClient({ child: handle }), lose: () => child.kill() };
}

function groupOf(context: TestContext, workers: number, shares = SHARES): ComputeGroup {
  const group = new ComputeGroup({ shares });
  for (let worker = 0; worker < workers; worker++) group.offer(new ComputeClient());
  context.after(() => group.kill());
  return group;
}

test('with 1, 2 and 4 of them completions, updates and the adapter are the same bytes', HANG_LIMIT, async (context) => {
  const one = await trained(groupOf(context, 1));
  for (const workers of [2, 4]) assert.deepEqual(await trained(groupOf(context, workers)), one, `${workers} workers`);
  assert.ok(one.updates.every(({ gradNorm }) => gradNorm > 0));
});

test('on the same completions the gradient is that of a single process, to 1e-5', HANG_LIMIT, async (context) => {
  const single = new ComputeClient();
  context.after(() => single.kill());
  await single.request(load);
  const rows = await sampled(single, 1);
  const whole = await single.request({ kind: 'gradient', ...pass, rows });
  for (const shares of [1, 2, 4]) {
    const group = groupOf(context, 1, shares);
    await group.request(load);
    const summed = await group.request({ kind: 'gradient', ...pass, rows });
    assertSameGradients(summed.gradients, whole.gradients, `${shares} shares`, 1e-5);
    assert.ok(Math.abs(summed.loss - whole.loss) <= 1e-6);
    assert.equal(summed.logprobs.length, rows.length);
    for (const [index, logprobs] of summed.logprobs.entries())
      for (const [place, value] of logprobs.entries())
        assert.ok(Math.abs(value - (whole.logprobs[index]?.[place] ?? NaN)) <= 1e-5, `row ${index}`);
  }
});

test(
  'one that is lost leaves its share to the others, and one that comes goes on with them',
  HANG_LIMIT,
  async (context) => {
    const shares = 2;
    const expected = await trained(groupOf(context, 1, shares));
    const [first, second] = [lostWhenKilled(context), lostWhenKilled(context)];
    const losses: number[] = [];
    const onLoss = (left: number): void => {
      losses.push(left);
      group.offer(new ComputeClient());
    };
    const group: ComputeGroup = new ComputeGroup({ shares, onLoss });
    context.after(() => group.kill());
    group.offer(first.compute);
    group.offer(second.compute);
    // Each in the midst of its share, of which groups were told already; the second when who came for the first has the policy.
    const leaving: Readonly<Record<number, () => void>> = { 2: first.lose, 3: second.lose };
    const actual = await trained(group, (step) => leaving[step]?.());
    assert.deepEqual(losses, [1, 1]);
    assert.deepEqual(actual, expected);
  },
);

test('where all are lost, that is the error', HANG_LIMIT, async (context) => {
  const { compute, lose } = lostWhenKilled(context);
  const group = new ComputeGroup({ shares: 2 });
  group.offer(compute);
  await group.request(load);
  lose();
  await assert.rejects(sampled(group, 1), (error) => error instanceof ComputeLostError);
});

test('a row without a number is named, and nothing is changed on any of them', HANG_LIMIT, async (context) => {
  const group = groupOf(context, 2);
  await group.request(load);
  const rows = await sampled(group, 1);
  const before = await saved(group);
  const spoilt = rows.map((row, index) => (index === 7 ? { ...row, advantage: 1e300 } : row));
  const update = { kind: 'update', ...pass, optimizer, learningRate: training.steps } as const;
  await assert.rejects(group.request({ ...update, rows: spoilt }), (error) => {
    assert.ok(error instanceof NonFiniteError);
    assert.match(
      error.message,
      /It comes from .*problem 2, sample 1, whose advantage of 1\.00e\+300 is beyond float32/,
    );
    return true;
  });
  assert.equal(await saved(group), before);
});
