import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { demoTokenizer, storiesTokenizer, withGpt2Tokenizer } from '../../../test/support/tokenizers.ts';
import { Tokenizer } from './tokenizer.ts';

let scratch = '';
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tokenizer-'));
});
after(() => rm(scratch, { recursive: true }));

test("GPT-2's ids, special token and vocabulary", async () => {
  const gpt2 = await withGpt2Tokenizer((folder) => Tokenizer.load(folder));
  assert.deepEqual([...gpt2.encode('Hello world')], [15496, 995]);
  assert.deepEqual([...gpt2.encode('<|endoftext|>')], [50256]);
  assert.deepEqual(gpt2.eosTokenIds, [50256]);
  assert.deepEqual([...gpt2.specialTokenIds], [50256]);
  assert.equal(gpt2.vocabularySize, 50257);
  assert.equal(gpt2.chatTemplate, null);
});

test('text comes back as it was, spaces before punctuation included', async () => {
  const gpt2 = await withGpt2Tokenizer((folder) => Tokenizer.load(folder));
  for (const text of ['He said : " yes . " , it \'s 5 .', '  two  spaces\n\n', 'é 😀 …', '']) {
    assert.equal(gpt2.decode(gpt2.encode(text)), text);
  }
});

test('byte fallback and the begin-of-sequence token of Llama', async () => {
  const stories = await Tokenizer.load(storiesTokenizer);
  assert.deepEqual([...stories.encode('Once upon a time')], [1, 403, 407, 261, 378]);
  assert.deepEqual([...stories.encode('Once upon a time', { addSpecialTokens: false })], [403, 407, 261, 378]);
  const ids = stories.encode('a 😀');
  assert.equal(stories.decode(ids), 'a 😀');
  assert.equal(stories.decode(ids, { skipSpecialTokens: false }).startsWith('<s>'), true);
});

test('end-of-sequence ids of tokenizer and model are joined', async () => {
  assert.deepEqual((await Tokenizer.load(demoTokenizer)).eosTokenIds, [1]);
  assert.deepEqual((await Tokenizer.load(demoTokenizer, [7, 1])).eosTokenIds, [1, 7]);
});

test("the tokenizer's own end of text is its eos_token, whatever ids the model's configurations name", async () => {
  assert.equal((await Tokenizer.load(demoTokenizer, [0, 7])).endOfTextId, 1);
  const folder = await mkdtemp(join(scratch, 'nameless-'));
  await cp(join(demoTokenizer, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  assert.equal((await Tokenizer.load(folder, [0, 7])).endOfTextId, null);
});

test('ids beyond the vocabulary and no ids at all have no text', async () => {
  const demo = await Tokenizer.load(demoTokenizer);
  assert.equal(demo.decode([]), '');
  assert.equal(demo.decode([5000, 19, 188, -1]), 'A');
  assert.equal(demo.decode(Int32Array.of(0, 19, 1)), 'A');
});

test('a character that the vocabulary cannot express is left out, as in the reference implementation', async () => {
  const demo = await Tokenizer.load(demoTokenizer);
  assert.equal(demo.decode(demo.encode('a 😀b')), 'a b');
});

test('forms of the configuration: tokens as objects, additional special tokens, lists of templates', async () => {
  await cp(join(demoTokenizer, 'tokenizer.json'), join(scratch, 'tokenizer.json'));
  const configure = async (config: unknown): Promise<Tokenizer> => {
    await writeFile(join(scratch, 'tokenizer_config.json'), JSON.stringify(config));
    return Tokenizer.load(scratch);
  };
  const tokenizer = await configure({
    eos_token: { content: '<|end|>', special: true },
    pad_token: null,
    additional_special_tokens: ['A', { content: 'B' }, 'not in the vocabulary'],
    chat_template: [
      { name: 'tool_use', template: 'tools' },
      { name: 'default', template: 'talk' },
    ],
  });
  assert.deepEqual(tokenizer.eosTokenIds, [1]);
  assert.deepEqual(tokenizer.specialTokens, { eos_token: '<|end|>' });
  assert.deepEqual(
    [...tokenizer.specialTokenIds].sort((a, b) => a - b),
    [0, 1, 19, 20],
  );
  assert.equal(tokenizer.chatTemplate, 'talk');
  await writeFile(join(scratch, 'chat_template.jinja'), 'file');
  assert.equal((await configure({ chat_template: 'talk' })).chatTemplate, 'file');
});

test('a missing, damaged or unknown tokenizer is an error that says which file', async () => {
  const folder = await mkdtemp(join(scratch, 'bad-'));
  await assert.rejects(Tokenizer.load(folder), { name: 'UserError', message: /has no tokenizer\.json/ });
  await writeFile(join(folder, 'tokenizer.json'), '{"model": ');
  await assert.rejects(Tokenizer.load(folder), { name: 'UserError', message: /tokenizer\.json is not valid JSON/ });
  await writeFile(join(folder, 'tokenizer.json'), '{"model": {}}');
  await assert.rejects(Tokenizer.load(folder), { name: 'UserError', message: /tokenizer\.json cannot be used/ });
  const whole = await readFile(join(demoTokenizer, 'tokenizer.json'), 'utf8');
  await writeFile(join(folder, 'tokenizer.json'), whole.replace('"ByteLevel"', '"Unheard"'));
  await assert.rejects(Tokenizer.load(folder), {
    name: 'UserError',
    message: /tokenizer\.json cannot be used.*Unheard/,
  });
});
