/** Datasets and the texts of models. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parseRows } from '../../src/engine/data/formats/format.ts';
import { ParquetReader } from '../../src/engine/data/formats/parquetReader.ts';
import { fitsGlob } from '../../src/engine/data/hub/glob.ts';
import { renderChat } from '../../src/engine/model/chatTemplate.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { temporaryFolder } from '../run/samples.ts';
import { fuzzed, type FuzzedParser } from './fuzzed.ts';
import { asText, mutatedBytes, mutatedJson, mutatedText } from './mutations.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const fixture = (path: string): Buffer => readFileSync(join(fixtures, path));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const JSONL = ['{"question":"a","answer":"1"}\n{"question":"b\\u00e9","answer":2.5,"more":[1,{"x":null}]}\n'];
const JSON_FILES = [
  '[{"question":"a","answer":"1"},{"question":"b","answer":12345678901234567890}]',
  '{"rows":[{"q":1}]}',
];
const CSV = ['question,answer\n"a, ""b""\nc",1\n,\n', 'question\tanswer\r\na\t1\r\n'];

const PARQUET = ['brotli', 'gzip', 'lz4_raw', 'zstd'].map((name) => fixture(`parquet/${name}.parquet`));
/** Milliseconds, of which a small file takes a few: one that is read without end shall not take as long as a person would wait. */
const PARQUET_LIMIT_MS = 500;
const parquetReader = new ParquetReader(PARQUET_LIMIT_MS);
after(() => parquetReader.close());

function rows(file: string, inputs: fc.Arbitrary<Uint8Array>): FuzzedParser {
  return fuzzed({ name: `datasets: ${file}`, inputs, parse: (bytes) => parseRows(bytes, file), errors: [UserError] });
}

const textRows = (file: string, valid: readonly string[]): FuzzedParser =>
  rows(file, fc.oneof(mutatedText(valid).map(bytesOf), mutatedBytes(valid.map(bytesOf))));

const tokenizers = ['demo-tokenizer', 'stories260K'].map((name) => fixture(`${name}/tokenizer.json`).toString());
const configs = ['demo-tokenizer', 'stories260K'].map((name) => fixture(`${name}/tokenizer_config.json`).toString());
const parsedTokenizers: fc.Arbitrary<unknown> = fc.constantFrom(
  ...tokenizers.map((text) => JSON.parse(text) as unknown),
);
const parsedConfigs: fc.Arbitrary<unknown> = fc.constantFrom(...configs.map((text) => JSON.parse(text) as unknown));
const folder = temporaryFolder();

const TEMPLATE =
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] | trim }}{% if loop.last %}{{ eos_token }}{% endif %}{% endfor %}";
const tokenizerOf = Tokenizer.load(join(fixtures, 'demo-tokenizer'));

export const data: readonly FuzzedParser[] = [
  textRows('x.jsonl', JSONL),
  textRows('x.json', JSON_FILES),
  textRows('x.csv', CSV),
  textRows('x.tsv', CSV),
  rows('x.jsonl.gz', mutatedBytes(JSONL.map((text) => gzipSync(text)))),
  fuzzed({
    name: 'datasets: x.parquet',
    inputs: mutatedBytes(PARQUET),
    parse: (bytes) => parquetReader.read(bytes, 'x.parquet'),
    errors: [UserError],
  }),
  fuzzed({
    name: 'tokenizer files, with a text through them',
    inputs: fc.record({
      tokenizer: fc.oneof(asText(mutatedJson(parsedTokenizers)), mutatedText(tokenizers)),
      config: fc.oneof(asText(mutatedJson(parsedConfigs)), mutatedText(configs)),
    }),
    parse: async ({ tokenizer, config }) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'tokenizer.json'), tokenizer);
      writeFileSync(join(folder, 'tokenizer_config.json'), config);
      const loaded = await Tokenizer.load(folder);
      return loaded.decode(loaded.encode('Ann has 72 apples é'));
    },
    errors: [UserError],
  }),
  fuzzed({
    name: 'chat templates',
    inputs: mutatedText([TEMPLATE]),
    parse: async (chatTemplate) => {
      const { specialTokens } = await tokenizerOf;
      return renderChat({ chatTemplate, specialTokens }, [{ role: 'user', content: 'hi' }]);
    },
    errors: [UserError],
  }),
  fuzzed({
    name: 'patterns of file names in dataset cards',
    inputs: fc.tuple(
      mutatedText(['data/**/train-*.parquet', '{a,b}/[0-9]?.json']),
      mutatedText(['data/en/train-00000.parquet']),
    ),
    parse: ([pattern, path]) => fitsGlob(path, pattern) || fitsGlob('a/1x.json', '{a,b}/[0-9]?.json'),
  }),
];
