import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { demoTokenizer } from '../../../test/support/tokenizers.ts';
import { needsLimit, withinLimit } from './patternLimit.ts';
import { Tokenizer } from './tokenizer.ts';

const scratch = mkdtempSync(join(tmpdir(), 'patterns-'));
after(() => rmSync(scratch, { recursive: true }));

/** What takes 2^60 tries of it, and more with each letter. */
const ENDLESS = { Regex: '(a+)+$' };
const TEXT = `${'a'.repeat(60)}b`;
const LIMIT_MS = 50;

/** The demo's tokenizer with another part. */
function load(part: 'normalizer' | 'pre_tokenizer' | 'decoder', value: object, more: object = {}): Promise<Tokenizer> {
  cpSync(demoTokenizer, scratch, { recursive: true });
  const json: unknown = JSON.parse(readFileSync(join(demoTokenizer, 'tokenizer.json'), 'utf8'));
  writeFileSync(join(scratch, 'tokenizer.json'), JSON.stringify(Object.assign({}, json, { [part]: value }, more)));
  return Tokenizer.load(scratch, [], LIMIT_MS);
}

const split = (pattern: object): object => ({ type: 'Split', pattern, behavior: 'Isolated', invert: false });
const replace = (pattern: object): object => ({ type: 'Replace', pattern, content: 'b' });
const outOfTime = {
  name: 'UserError',
  message: /tokenizer\.json cannot be used: a pattern in it did not come to an end in 0\.05 seconds\./,
};

test('a pattern that would search for years ends with an error, wherever the file has it', async () => {
  const splitting = await load('pre_tokenizer', { type: 'Sequence', pretokenizers: [split(ENDLESS)] });
  assert.throws(() => splitting.encode(TEXT), outOfTime);
  const replacing = await load('normalizer', replace(ENDLESS));
  assert.throws(() => replacing.encode(TEXT), outOfTime);
  assert.equal(replacing.decode(replacing.encode('ccc')), 'ccc');
  const decoding = await load('decoder', { type: 'Sequence', decoders: [{ type: 'Fuse' }, replace(ENDLESS)] });
  assert.throws(() => decoding.decode(decoding.encode(TEXT)), outOfTime);
});

test('so does one that is met while the file is opened', async () => {
  const added_tokens = [{ id: 0, content: TEXT, special: false, normalized: true }];
  await assert.rejects(load('normalizer', replace(ENDLESS), { added_tokens }), outOfTime);
});

test('a pattern that is unusual does its work', async () => {
  const tokenizer = await load('normalizer', replace({ Regex: 'a+' }));
  assert.equal(tokenizer.decode(tokenizer.encode('caac')), 'cbc');
});

test('patterns of known tokenizers are not limited, others are, wherever they stand', () => {
  // As https://github.com/huggingface/transformers has them for Qwen2 and Llama 3.
  const qwen2 = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
  const known = [qwen2, qwen2.replace(String.raw`|\p{N}|`, String.raw`|\p{N}{1,3}|`)];
  for (const pattern of known) assert.equal(needsLimit([{ pretokenizers: [split({ Regex: pattern })] }]), false);
  assert.equal(needsLimit([null, 'a', replace({ String: '(a+)+$' })]), false);
  assert.equal(needsLimit([{ pretokenizers: [split({ Regex: qwen2 }), split(ENDLESS)] }]), true);
});

test('what is limited gives what it gives, and fails as it fails', () => {
  assert.equal(
    withinLimit(() => withinLimit(() => 'within')),
    'within',
  );
  assert.throws(
    () =>
      withinLimit(() => {
        throw new RangeError('its own');
      }),
    { name: 'RangeError', message: 'its own' },
  );
});
