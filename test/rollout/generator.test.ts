/** The generator on a real pretrained model and on a golden one: refill, stops, determinism, limits and errors. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshAdapter } from '../../src/engine/model/adapter.ts';
import { fedParameters } from '../../src/engine/model/parameters.ts';
import { readTensor } from '../../src/engine/model/tensorData.ts';
import type { Completion } from '../../src/engine/protocol/completion.ts';
import { Session, type Tensor } from '../../src/engine/onnx/session.ts';
import type { GenerateRequest } from '../../src/engine/protocol/compute.ts';
import { NonFiniteError, UserError } from '../../src/engine/protocol/errors.ts';
import type { SamplingConfig } from '../../src/engine/protocol/experiment.ts';
import { assertScored, GREEDY, openGenerator, PLAIN, request } from '../support/rollout.ts';

const stories = { model: 'stories260K' };
const golden = { model: 'golden/gpt2', tokenizer: 'demo-tokenizer' };
/** Positions of the golden GPT-2. */
const CONTEXT = 64;

const OPENINGS = [
  'Once upon a time',
  'The cat',
  'One day, a little boy named Tim went to the park with his mom',
  'Lily',
];

/** What must not depend on how rows stand in batches. */
const essence = ({ key, tokens, text, stopReason }: Completion) => ({ key, tokens: [...tokens], text, stopReason });

function assertClose(actual: readonly Completion[], expected: readonly Completion[]): void {
  assert.deepEqual(actual.map(essence), expected.map(essence));
  for (const [index, { logprobs, sampledLogprobs }] of expected.entries())
    for (const [position, logprob] of logprobs.entries()) {
      const other = actual[index];
      assert.ok(Math.abs((other?.logprobs[position] ?? NaN) - logprob) < 2e-5);
      assert.ok(Math.abs((other?.sampledLogprobs[position] ?? NaN) - (sampledLogprobs[position] ?? NaN)) < 2e-5);
    }
}

test('stories260K continues a story greedily', async (context) => {
  const { generator, tokenizer, options } = await openGenerator(context, stories);
  const asked = request([tokenizer.encode('Once upon a time')], { sampling: GREEDY, maxCompletionLength: 150 });
  const completions = await generator.generate(asked);
  // The reference text of llama2.c (test_all.py), which transformers gives as well.
  assert.equal(
    completions[0]?.text,
    ', there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. ' +
      'She wanted to play with it, but it was too high.\n' +
      "Lily's mom said, \"Lily, let's go to the park.\" Lily was sad and didn't know what to do. She said, " +
      '"I want to play with your ball, but I can\'t find it."\n' +
      "Lily was sad and didn't know what to do. She said",
  );
  assert.equal(completions[0].tokens.length, 150);
  await assertScored(options, asked, completions);
});

const samplings: Readonly<Record<string, SamplingConfig>> = {
  greedy: GREEDY,
  plain: PLAIN,
  'truncated and penalised': { temperature: 0.8, topP: 0.9, topK: 40, minP: 0.01, repetitionPenalty: 1.1 },
  'of a nucleus': { ...PLAIN, topP: 0.9 },
};

for (const [name, sampling] of Object.entries(samplings)) {
  test(`${name} sampling gives the same completions whatever the batches`, async (context) => {
    const { generator, tokenizer } = await openGenerator(context, stories, () => ({ eosTokenIds: [2] }));
    const prompts = OPENINGS.map((text) => tokenizer.encode(text));
    const settings = { samples: 4, sampling, maxCompletionLength: 30, stop: ['. '], stopTokens: [433] };
    const expected = await generator.generate(request(prompts, { ...settings, maxRows: 64 }));
    assert.ok(new Set(expected.map(({ tokens }) => tokens.length)).size > 2, 'the lengths differ');
    for (const maxRows of [1, 3])
      assertClose(await generator.generate(request(prompts, { ...settings, maxRows })), expected);
    const { groups, ...rest } = request(prompts, { ...settings, maxRows: 5 });
    const reordered = await generator.generate({ ...rest, groups: groups.toReversed() });
    const inOrder = [3, 2, 1, 0].flatMap((group) => reordered.slice(4 * group, 4 * group + 4));
    assertClose(inOrder, expected);
  });
}

test('the same call gives the same bytes, from the same generator and from a new one', async (context) => {
  const first = await openGenerator(context, stories);
  const asked = request(
    OPENINGS.map((text) => first.tokenizer.encode(text)),
    { samples: 5, sampling: PLAIN, maxRows: 7 },
  );
  const expected = await first.generator.generate(asked);
  await first.generator.generate(request([[5, 6, 7]], { sampling: PLAIN, maxCompletionLength: 90 }));
  assert.deepEqual(await first.generator.generate(asked), expected);
  const second = await openGenerator(context, stories);
  assert.deepEqual(await second.generator.generate(asked), expected);
});

test('a completion depends on its own key, on the purpose and on the seed', async (context) => {
  const { generator, tokenizer } = await openGenerator(context, stories);
  const asked = request([tokenizer.encode('The')], { samples: 3, sampling: PLAIN });
  const all = await generator.generate(asked);
  const [group] = asked.groups;
  assert.ok(group);
  const alone = await generator.generate({ ...asked, groups: [{ prompt: group.prompt, keys: group.keys.slice(2) }] });
  assertClose(alone, all.slice(2));
  assert.notDeepEqual(all.map(essence), (await generator.generate({ ...asked, purpose: 'evaluation' })).map(essence));
  const other = await openGenerator(context, stories, () => ({ seed: 8 }));
  assert.notDeepEqual(all.map(essence), (await other.generator.generate(asked)).map(essence));
});

test('rows are refilled: many prompts through few rows, several prefills, results in the order of the request', async (context) => {
  const { generator, options } = await openGenerator(context, golden, () => ({
    eosTokenIds: [0, 1, 2, 3, 4, 5, 6, 7],
  }));
  const prompts = Array.from({ length: 60 }, (_, i) =>
    Array.from({ length: 1 + ((i * 7) % 45) }, (_, j) => (i * 31 + j * 17) % 97),
  );
  const asked = request(prompts, { sampling: PLAIN, maxRows: 8 });
  const completions = await generator.generate(asked);
  assert.deepEqual(
    completions.map(({ key }) => key.problem),
    prompts.map((_, problem) => problem),
  );
  assert.ok(completions.some(({ stopReason }) => stopReason === 'eos'));
  await assertScored(options, asked, completions);
});

test('stop strings, stop tokens and the end of sequence end a completion', async (context) => {
  const { generator, tokenizer } = await openGenerator(context, stories, () => ({ eosTokenIds: [2, 426] }));
  const prompt = tokenizer.encode('Once upon a time');
  const [whole, stopped] = [
    await generator.generate(request([prompt], { maxCompletionLength: 60 })),
    await generator.generate(request([prompt], { maxCompletionLength: 60, stop: ['girl named'] })),
  ];
  assert.equal(whole[0]?.stopReason, 'eos');
  assert.equal(whole[0].tokens.at(-1), 426);
  assert.equal(whole[0].text, ', there was a little girl named Lily');
  assert.equal(stopped[0]?.stopReason, 'stop');
  assert.equal(stopped[0].text, ', there was a little ');
  assert.deepEqual(stopped[0].tokens, whole[0].tokens.slice(0, stopped[0].tokens.length));
  const last = whole[0].tokens[3] ?? NaN;
  const [byToken] = await generator.generate(request([prompt], { stopTokens: [last] }));
  assert.equal(byToken?.stopReason, 'stop');
  assert.deepEqual(byToken.tokens, whole[0].tokens.slice(0, 4));
});

test('a completion ends where the context of the model does', async (context) => {
  const { generator, options } = await openGenerator(context, golden);
  const prompts = [CONTEXT - 1, CONTEXT - 4, 5].map((length) => Array.from({ length }, (_, i) => i));
  const asked = request(prompts, { sampling: PLAIN, maxCompletionLength: 10 });
  const completions = await generator.generate(asked);
  assert.deepEqual(
    completions.map(({ tokens, stopReason }) => [tokens.length, stopReason]),
    [
      [1, 'length'],
      [4, 'length'],
      [10, 'length'],
    ],
  );
  await assertScored(options, asked, completions);
});

test('prompts that cannot be used are named by their row', async (context) => {
  const { generator } = await openGenerator(context, golden);
  const tooLong = request([[1], new Int32Array(CONTEXT)]);
  await assert.rejects(
    generator.generate(tooLong),
    (error) => error instanceof UserError && /row 1 .*64 tokens.*maxPromptTokens/s.test(error.message),
  );
  await assert.rejects(generator.generate(request([[]])), /row 0 .*is empty/);
  await assert.rejects(generator.generate(request([[1, 97]])), /row 0 .*token 97.*has 97/);
  assert.deepEqual(await generator.generate(request([])), []);
});

test('progress counts the tokens and ends at its total', async (context) => {
  const { generator } = await openGenerator(context, golden, () => ({ eosTokenIds: [37] }));
  const reports: [number, number][] = [];
  const asked = request([[1, 2], [3], [4, 5, 6]], { samples: 2, maxRows: 2, sampling: PLAIN });
  const completions = await generator.generate(asked, {
    onProgress: (done, total) => reports.push([done, total]),
  });
  const tokens = completions.reduce((sum, completion) => sum + completion.tokens.length, 0);
  assert.deepEqual(reports.at(-1), [tokens, tokens]);
  for (const [index, [done, total]] of reports.entries()) {
    const [before, totalBefore] = reports[index - 1] ?? [0, Infinity];
    assert.ok(done > before && total <= totalBefore && done <= total);
  }
});

test('weights that are fed are read anew at every call', async (context) => {
  let feeds: Record<string, Tensor> = {};
  const { generator, options } = await openGenerator(context, golden, ({ contents }) => {
    const lora = { rank: 4, alpha: 8, dropout: 0, targets: 'all-linear', rankStabilized: false } as const;
    const { layout, tensors } = freshAdapter(contents.linears, lora, 0, '');
    feeds = Object.fromEntries(Array.from(tensors, ([name, { data, shape }]) => [name, { data, dims: shape }]));
    return { adapter: layout, feeds: () => feeds };
  });
  const asked = request([[1, 2, 3]], { samples: 3, sampling: PLAIN });
  const fresh = await generator.generate(asked);
  const plain = await openGenerator(context, golden);
  assert.deepEqual(fresh.map(essence), (await plain.generator.generate(asked)).map(essence));
  for (const { data } of Object.values(feeds)) if (data instanceof Float32Array) data.fill(0.1);
  const trained = await generator.generate(asked);
  assert.notDeepEqual(trained.map(essence), fresh.map(essence));
  await assertScored(options, asked, trained);
});

test('with all weights fed, as in full fine-tuning, the tokens are those of frozen weights', async (context) => {
  const asked = request([[1, 2, 3], [9]], { samples: 2, sampling: PLAIN });
  const frozen = await openGenerator(context, golden);
  const fed = await openGenerator(context, golden, async ({ contents, storedNames, folder }) => {
    const feeds: Record<string, Tensor> = {};
    for (const [name, dims] of contents.parameters) {
      const location = folder.tensors.get(storedNames.get(name) ?? '') ?? assert.fail();
      feeds[name] = { data: await readTensor(location.file, location), dims };
    }
    return { parameters: fedParameters(), feeds: () => feeds };
  });
  assertClose(await fed.generator.generate(asked), await frozen.generator.generate(asked));
});

test('a policy that has diverged is an error that leaves nothing behind', async (context) => {
  const matrices: Float32Array[] = [];
  const { generator } = await openGenerator(context, golden, ({ contents }) => {
    const lora = { rank: 2, alpha: 2, dropout: 0, targets: 'all-linear', rankStabilized: false } as const;
    const { layout, tensors } = freshAdapter(contents.linears, lora, 0, '');
    matrices.push(...[...tensors.values()].map(({ data }) => data));
    const feeds = Object.fromEntries(Array.from(tensors, ([name, { data, shape }]) => [name, { data, dims: shape }]));
    return { adapter: layout, feeds: () => feeds };
  });
  const asked = request([[1, 2, 3, 4, 5, 6, 7, 8]], { samples: 2, sampling: PLAIN });
  const expected = await generator.generate(asked);
  // It is before the first keys and values, so that these are no numbers either.
  const [first] = matrices;
  assert.ok(first);
  const [value = 0] = first;
  first[0] = NaN;
  for (const sampling of Object.values(samplings))
    await assert.rejects(
      generator.generate({ ...asked, sampling }),
      (error) => error instanceof NonFiniteError && error.message.includes('are no numbers (step'),
    );
  first[0] = value;
  assert.deepEqual(await generator.generate({ ...asked, sampling: PLAIN }), expected);
});

test('many ways of sampling in turn, and use after release, open sessions as needed', async (context) => {
  const { generator } = await openGenerator(context, golden);
  const asked = request([[1, 2]], { samples: 2 });
  const first = new Map<string, readonly Completion[]>();
  for (const [name, sampling] of Object.entries(samplings))
    first.set(name, await generator.generate({ ...asked, sampling }));
  await generator.release();
  for (const [name, sampling] of Object.entries(samplings))
    assert.deepEqual(await generator.generate({ ...asked, sampling }), first.get(name));
});

test('a group is told of when its last completion ends, while others are still decoded', async (context) => {
  const { generator } = await openGenerator(context, golden);
  const asked = request([[1, 2, 3], [3], [4, 5]], { samples: 2, maxRows: 2, maxCompletionLength: 5, sampling: PLAIN });
  const told: { group: number; tokens: number; completions: readonly Completion[] }[] = [];
  let tokens = 0;
  const completions = await generator.generate(asked, {
    onProgress: (done) => (tokens = done),
    onGroup: (generated) => told.push({ ...generated, tokens }),
  });
  // Short prompts first, two rows at a time, and none ends before its fifth token.
  assert.deepEqual(
    told.map(({ group, tokens: before }) => [group, before]),
    [
      [1, 8],
      [2, 18],
      [0, 28],
    ],
  );
  const inOrder = told.toSorted((a, b) => a.group - b.group).flatMap((one) => one.completions);
  assert.deepEqual(inOrder, completions);
});

test('a group that goes on in the next call is prefilled once, unless the weights change between', async (context) => {
  const { generator } = await openGenerator(context, golden);
  const run = context.mock.method(Session.prototype, 'run');
  /** Prompts prefilled since the last look; a decode step has one token for each row. */
  const prefilled = (): number => {
    const prompts = run.mock.calls.flatMap(({ arguments: [{ tokens }] }) =>
      tokens?.dims.length === 2 ? tokens.dims[0] : [],
    );
    run.mock.resetCalls();
    return prompts.reduce((sum: number, count) => sum + (count ?? 0), 0);
  };
  const whole = request(
    [
      [1, 2, 3],
      [4, 5],
      [6, 7, 8, 9],
    ],
    { samples: 4, sampling: PLAIN },
  );
  const part = (from: number, to: number, keepPrompts: boolean, groups = whole.groups): GenerateRequest => ({
    ...whole,
    keepPrompts,
    groups: groups.map(({ prompt, keys }) => ({ prompt, keys: keys.slice(from, to) })),
  });
  const expected = await generator.generate(whole);
  assert.equal(prefilled(), 3);
  const begun = await generator.generate(part(0, 1, true));
  assert.equal(prefilled(), 3);
  // One of them has been put aside.
  const rest = await generator.generate(part(1, 4, false, whole.groups.slice(1)));
  assert.equal(prefilled(), 0);
  const inOrder = [begun[0], begun[1], ...rest.slice(0, 3), begun[2], ...rest.slice(3)];
  assertClose(
    inOrder.filter((one) => one !== undefined),
    expected.filter(({ key }) => key.problem > 0 || key.sample === 0),
  );

  await generator.generate(part(1, 4, false));
  assert.equal(prefilled(), 3, 'what was kept for one call is gone after it');
  await generator.generate(part(0, 1, true));
  generator.forgetPrompts();
  prefilled();
  await generator.generate(part(1, 4, false));
  assert.equal(prefilled(), 3);
});
