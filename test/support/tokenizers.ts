/** Tokenizers of the fixtures, as folders that `Tokenizer.load` opens. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const fixtures = join(import.meta.dirname, '../fixtures');

/** 188 tokens, byte-level, digits apart, cannot express every character. */
export const demoTokenizer = join(fixtures, 'demo-tokenizer');
/** 512 tokens, byte fallback, a space in front of every text. */
export const storiesTokenizer = join(fixtures, 'stories260K');

/** Calls `use` with a folder that holds GPT-2's real tokenizer, which lies compressed in the fixtures. */
export async function withGpt2Tokenizer<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const source = join(fixtures, 'tokenizers', 'gpt2');
  const folder = await mkdtemp(join(tmpdir(), 'gpt2-tokenizer-'));
  try {
    await writeFile(join(folder, 'tokenizer.json'), gunzipSync(await readFile(join(source, 'tokenizer.json.gz'))));
    await cp(join(source, 'tokenizer_config.json'), join(folder, 'tokenizer_config.json'));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
