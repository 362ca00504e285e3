/** Chat templates render what transformers renders with them (`test/fixtures/chatTemplates/render.py`). */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { renderChat } from '../../src/engine/model/chatTemplate.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { demoTokenizer } from '../support/tokenizers.ts';

const folder = join(import.meta.dirname, '../fixtures/chatTemplates');
const resultsSchema = z.strictObject({
  tokens: z.record(z.string(), z.string()),
  conversations: z.record(z.string(), z.array(z.strictObject({ role: z.string(), content: z.string() }))),
  rows: z.array(
    z.strictObject({
      template: z.string(),
      conversation: z.string(),
      open: z.boolean(),
      text: z.string().optional(),
      error: z.string().optional(),
    }),
  ),
});
const results = resultsSchema.parse(JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')));

/** A model's folder as far as its tokenizer goes, with one of the templates. */
async function tokenizerWith(template: string): Promise<Tokenizer> {
  const scratch = await mkdtemp(join(tmpdir(), 'chat-templates-'));
  try {
    await cp(join(demoTokenizer, 'tokenizer.json'), join(scratch, 'tokenizer.json'));
    await writeFile(join(scratch, 'tokenizer_config.json'), JSON.stringify(results.tokens));
    await cp(join(folder, `${template}.jinja`), join(scratch, 'chat_template.jinja'));
    return await Tokenizer.load(scratch);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

for (const template of new Set(results.rows.map((row) => row.template))) {
  test(`${template}: what transformers renders, and what it refuses`, async () => {
    const tokenizer = await tokenizerWith(template);
    const rows = results.rows.filter((row) => row.template === template);
    assert.equal(rows.length, 2 * Object.keys(results.conversations).length);
    for (const { conversation, open, text, error } of rows) {
      const render = (): string =>
        renderChat(tokenizer, results.conversations[conversation] ?? [], { addGenerationPrompt: open });
      const where = `${conversation}, ${open ? 'open' : 'closed'}`;
      if (error === undefined) assert.equal(render(), text, where);
      else assert.throws(render, (thrown) => thrown instanceof UserError && thrown.message.includes(error), where);
    }
  });
}
