/** Several tokens of each row in one run, as on CUDA, against one at a time: the same tokens, with log-probabilities that differ by rounding. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { freshAdapter } from '../../src/engine/model/adapter.ts';
import { frozenParameters } from '../../src/engine/model/parameters.ts';
import { quantizedWeights } from '../../src/engine/model/quantizedWeights.ts';
import { add, gather } from '../../src/engine/onnx/operations.ts';
import type { ModelBytes } from '../../src/engine/onnx/serialize.ts';
import { Session, type AnyTensor, type SessionOptions } from '../../src/engine/onnx/session.ts';
import type { Completion } from '../../src/engine/protocol/completion.ts';
import type { GenerateRequest } from '../../src/engine/protocol/compute.ts';
import { NonFiniteError } from '../../src/engine/protocol/errors.ts';
import { uniforms } from '../../src/engine/random/keyed.ts';
import { CHUNK_STEPS } from '../../src/engine/rollout/chunkGraph.ts';
import { Generator, type GeneratorOptions } from '../../src/engine/rollout/generator.ts';
import { NAMES } from '../../src/engine/rollout/graphs.ts';
import { assertClose } from '../support/assertClose.ts';
import { assertScored, GREEDY, openGenerator, PLAIN, request } from '../support/rollout.ts';

const stories = { model: 'stories260K' };
const golden = (architecture: string) => ({ model: `golden/${architecture}`, tokenizer: 'demo-tokenizer' });
/** Tokens of the golden models' context. */
const CONTEXT = 64;
const prompts = [1, 3, 9, 17, 33].map((length) => Array.from({ length }, (_, i) => (length * 7 + i * 13) % 97));
const LORA = { rank: 2, alpha: 2, dropout: 0, targets: 'all-linear', rankStabilized: false } as const;

/** What a request becomes in chunks, which was held against what it becomes token by token. @param absolute how far numbers may be apart */
async function bothWays(
  context: TestContext,
  options: GeneratorOptions,
  asked: GenerateRequest,
  absolute = 1e-5,
): Promise<readonly Completion[]> {
  const completions: (readonly Completion[])[] = [];
  for (const inChunks of [false, true]) {
    const generator = new Generator({ ...options, inChunks });
    context.after(() => generator.release());
    completions.push(await generator.generate(asked));
  }
  const [expected = [], actual = []] = completions;
  for (const [index, { logprobs, sampledLogprobs, entropies, ...exact }] of expected.entries()) {
    const { logprobs: own, sampledLogprobs: sampled, entropies: spread, ...rest } = actual[index] ?? assert.fail();
    assert.deepEqual(rest, exact, `completion ${index}`);
    assertClose([...own], [...logprobs], { absolute });
    assertClose([...sampled], [...sampledLogprobs], { absolute });
    assertClose([...spread], [...entropies], { absolute });
  }
  return actual;
}

// Between them: learned and rotary positions, grouped queries, windows of every layer and of some.
for (const architecture of ['gpt2', 'llama', 'mistral', 'gemma3'])
  test(`${architecture}: groups of all sizes, whose rows end within a chunk and are refilled`, async (context) => {
    const eosTokenIds = Array.from({ length: 5 }, (_, i) => 20 * i);
    const { options } = await openGenerator(context, golden(architecture), () => ({ eosTokenIds }));
    const samples = [3, 1, 4, 2, 3];
    const asked = request(prompts, { samples: 4, sampling: PLAIN, maxRows: 5, maxCompletionLength: 40 });
    const groups = asked.groups.map(({ prompt, keys }, group) => ({ prompt, keys: keys.slice(0, samples[group]) }));
    const completions = await bothWays(context, options, { ...asked, groups });
    assert.ok(new Set(completions.map(({ tokens }) => tokens.length % CHUNK_STEPS)).size > 6, 'the ends differ');
    await assertScored(options, { ...asked, groups }, completions);
  });

test('every way of sampling, an adapter, and prompts that are kept', async (context) => {
  const { options } = await openGenerator(context, golden('llama'), ({ contents }) => {
    const { layout, tensors } = freshAdapter(contents.linears, LORA, 0, '');
    for (const { data } of tensors.values()) data.fill(0.05);
    const feeds = Object.fromEntries(Array.from(tensors, ([name, { data, shape }]) => [name, { data, dims: shape }]));
    return { adapter: layout, feeds: () => feeds };
  });
  for (const sampling of [
    GREEDY,
    { ...GREEDY, repetitionPenalty: 1.3 },
    { ...PLAIN, temperature: 0.7, topK: 5 },
    { ...PLAIN, topP: 0.8, repetitionPenalty: 1.3 },
  ]) {
    const asked = request(prompts, { samples: 2, sampling, maxRows: 4, maxCompletionLength: 2 * CHUNK_STEPS + 1 });
    await bothWays(context, options, { ...asked, keepPrompts: true });
  }
});

test('stop strings, stop tokens and the end of sequence end a completion within a chunk', async (context) => {
  const { options, tokenizer } = await openGenerator(context, stories, () => ({ eosTokenIds: [2, 426] }));
  const prompt = tokenizer.encode('Once upon a time');
  const ended = { maxCompletionLength: 60, stop: ['girl named'] };
  const [stopped] = await bothWays(context, options, request([prompt], ended));
  assert.equal(stopped?.text, ', there was a little ');
  assert.notEqual(stopped.tokens.length % CHUNK_STEPS, 0);
  const [last = NaN] = stopped.tokens.slice(3);
  const [byToken] = await bothWays(context, options, request([prompt], { stopTokens: [last] }));
  assert.deepEqual([byToken?.stopReason, byToken?.tokens.length], ['stop', 4]);
  const [whole] = await bothWays(context, options, request([prompt], { maxCompletionLength: 60 }));
  assert.deepEqual([whole?.stopReason, whole?.tokens.at(-1)], ['eos', 426]);
});

test('a row goes to the end of the context while others go on', async (context) => {
  const { options } = await openGenerator(context, golden('gpt2'));
  const lengths = [CONTEXT - 1, CONTEXT - 4, 5];
  const rows = lengths.map((length) => Array.from({ length }, (_, i) => i));
  const asked = request(rows, { sampling: PLAIN, maxCompletionLength: 2 * CHUNK_STEPS });
  const completions = await bothWays(context, options, asked);
  assert.deepEqual(
    completions.map(({ tokens }) => tokens.length),
    [1, 4, 2 * CHUNK_STEPS],
  );
});

for (const form of ['float16', 'int8'] as const)
  test(`weights in ${form}`, async (context) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rlvr-chunks-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const { options, tokenizer } = await openGenerator(context, stories, async (model) => {
      const { weightsFolder, weights, matrices } = await quantizedWeights(model, form, folder);
      return { weightsFolder, parameters: frozenParameters(weights), matrices };
    });
    const asked = request([tokenizer.encode('Once upon a time')], { samples: 3, sampling: PLAIN });
    // A last bit of an activation may be another level, or another half.
    await bothWays(context, options, asked, 1e-3);
  });

/** Distributions so flat that a nucleus has more tokens than are looked at first; some tokens are followed by one that is nearly certain. */
function flatPolicy(size: number): Pick<GeneratorOptions, 'architecture' | 'parameters'> {
  const next = uniforms(5, 'init');
  const logits = Float32Array.from({ length: size * size }, (_, place) => {
    const [token, follower] = [Math.floor(place / size), place % size];
    return follower === (token * 7) % size && token % 3 !== 0 ? 16 : Math.fround(next());
  });
  const identity = Float32Array.from({ length: size * size }, (_, place) => Number(place % (size + 1) === 0));
  return {
    architecture: {
      name: 'flat',
      vocabularySize: size,
      hiddenSize: size,
      layers: 1,
      keyValueHeads: 1,
      headSize: 1,
      contextLength: 100,
      headParameter: 'head',
      headBias: null,
      optionalPrefix: null,
      forward: (context) => {
        const spec = { layer: 0, heads: 1, keyValueHeads: 1, headSize: 1, scale: 1, rotary: null, window: null };
        const nothing = gather(context.parameter('nothing', [size, 1]), context.tokens);
        const followers = gather(context.parameter('followers', [size, size]), context.tokens);
        return add(followers, context.attention(nothing, nothing, nothing, spec));
      },
    },
    parameters: (graph, name, shape) =>
      graph.constant(
        'float32',
        shape,
        name === 'followers' ? logits : name === 'head' ? identity : new Float32Array(size),
      ),
  };
}

test('a nucleus beyond its candidates ends a chunk, and is drawn from the whole vocabulary', async (context) => {
  const { options } = await openGenerator(context, stories, () => flatPolicy(700));
  for (const repetitionPenalty of [1, 1.2]) {
    const sampling = { ...PLAIN, topP: 0.9, repetitionPenalty };
    const runs = context.mock.method(Session.prototype, 'run').mock;
    await bothWays(context, options, request([[1, 2], [4]], { samples: 3, sampling }));
    const chunks = runs.calls.filter(({ arguments: [feeds] }) => NAMES.steps in feeds).length;
    runs.restore();
    assert.ok(chunks > 2 && chunks < 20, `${chunks} chunks`);
  }
});

test('a policy that has diverged is an error in a chunk too', async (context) => {
  for (const sampling of [GREEDY, PLAIN, { ...PLAIN, topP: 0.9 }]) {
    const { options } = await openGenerator(context, golden('gpt2'), ({ contents }) => {
      const { layout, tensors } = freshAdapter(contents.linears, LORA, 0, '');
      const feeds = Object.fromEntries(Array.from(tensors, ([name, { data, shape }]) => [name, { data, dims: shape }]));
      for (const { data } of Object.values(feeds)) data.fill(NaN);
      return { adapter: layout, feeds: () => feeds, inChunks: true };
    });
    const generator = new Generator(options);
    context.after(() => generator.release());
    await assert.rejects(generator.generate(request([[1, 2, 3]], { samples: 2, sampling })), NonFiniteError);
  }
});

test('keys and values of rows and prompts are brought once for all tokens of a chunk, and come back once', async (context) => {
  const { options } = await openGenerator(context, golden('llama'));
  const asked = request([prompts[4] ?? [], prompts[3] ?? []], { samples: 4, sampling: PLAIN, maxCompletionLength: 30 });
  const crossing = async (inChunks: boolean): Promise<{ fed: number; fetched: number }> => {
    const generator = new Generator({ ...options, inChunks });
    const runs = context.mock.method(Session.prototype, 'run').mock;
    const completions = await generator.generate(asked);
    const decoding = runs.calls.filter(({ arguments: [feeds] }) => NAMES.ownLengths in feeds);
    let fetched = 0;
    for (const { result } of decoding) fetched += bytesOf((await result) ?? {});
    runs.restore();
    await generator.release();
    const tokens = completions.reduce((sum, one) => sum + one.tokens.length, 0);
    const fed = decoding.reduce((sum, { arguments: [feeds] }) => sum + bytesOf(feeds), 0);
    return { fed: fed / tokens, fetched: fetched / tokens };
  };
  const [bySteps, byChunks] = [await crossing(false), await crossing(true)];
  // 30 tokens are two chunks.
  assert.ok(byChunks.fed < bySteps.fed / 12, `${byChunks.fed} and ${bySteps.fed} bytes a token`);
  assert.ok(byChunks.fetched < 1.3 * bySteps.fetched, `${byChunks.fetched} and ${bySteps.fetched} bytes a token`);
});

test('CUDA decodes in chunks, and nothing else does', async (context) => {
  // The card is not here: what is asked of it is computed by the CPU.
  const open = Session.open.bind(Session);
  context.mock.method(Session, 'open', (model: ModelBytes, asked: SessionOptions) =>
    open(model, { ...asked, providers: ['cpu'] }),
  );
  for (const provider of ['cuda', 'dml', 'coreml', 'cpu']) {
    const { generator } = await openGenerator(context, golden('gpt2'), () => ({ providers: [provider, 'cpu'] }));
    const runs = context.mock.method(Session.prototype, 'run').mock;
    await generator.generate(request([[1, 2, 3]]));
    const inChunks = runs.calls.some(({ arguments: [feeds] }) => NAMES.steps in feeds);
    runs.restore();
    assert.equal(inChunks, provider === 'cuda', provider);
  }
});

const bytesOf = (tensors: Readonly<Record<string, AnyTensor>>): number =>
  Object.values(tensors).reduce((sum, tensor) => sum + ('data' in tensor ? tensor.data.byteLength : 0), 0);
