/** Generation with the golden models: greedy tokens as transformers gives them, log-probabilities as a pass without a cache gives them. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { trainableAdapter } from '../../src/engine/model/adapter.ts';
import { readAdapter } from '../../src/engine/model/peft.ts';
import { readSafetensors } from '../../src/engine/model/tensorData.ts';
import { ARCHITECTURES } from '../support/golden.ts';
import { assertScored, GREEDY, openGenerator, PLAIN, request } from '../support/rollout.ts';

const goldenFolder = path.join(import.meta.dirname, '../fixtures/golden');
const goldenSchema = z.object({ prompt_lengths: z.array(z.int()), greedy: z.array(z.array(z.int())) });

/** Rows of the golden batch whose prompts `greedy` continues: the first of each group. */
const GREEDY_ROWS = [0, 3];

async function readGolden(architecture: string): Promise<{ prompts: Int32Array[]; greedy: readonly number[][] }> {
  const folder = path.join(goldenFolder, architecture);
  const { prompt_lengths: lengths, greedy } = goldenSchema.parse(
    JSON.parse(await readFile(path.join(folder, 'golden.json'), 'utf8')),
  );
  const ids = (await readSafetensors(path.join(folder, 'golden.safetensors'))).get('input_ids');
  assert.ok(ids);
  const time = ids.shape[1] ?? 0;
  const prompts = GREEDY_ROWS.map((row) =>
    Int32Array.from(ids.data.slice(row * time, row * time + (lengths[row] ?? 0))),
  );
  return { prompts, greedy };
}

const borrowed = 'demo-tokenizer';

for (const architecture of ARCHITECTURES) {
  test(`${architecture} continues greedily as transformers does, alone and in a batch`, async (context) => {
    const { prompts, greedy } = await readGolden(architecture);
    const { generator, options } = await openGenerator(context, {
      model: `golden/${architecture}`,
      tokenizer: borrowed,
    });
    for (const maxRows of [1, 64]) {
      const asked = request(prompts, { maxRows, sampling: GREEDY, maxCompletionLength: greedy[0]?.length ?? 0 });
      const completions = await generator.generate(asked);
      assert.deepEqual(
        completions.map(({ tokens }) => [...tokens]),
        greedy,
      );
      await assertScored(options, asked, completions);
    }
  });

  test(`${architecture} with an adapter: recorded log-probabilities are those of the whole sequence`, async (context) => {
    const { prompts } = await readGolden(architecture);
    const names = { model: `golden/${architecture}`, tokenizer: borrowed };
    const { generator, options } = await openGenerator(context, names, async ({ contents }) => {
      const stored = await readAdapter(path.join(goldenFolder, architecture, 'adapter'));
      const { layout, tensors } = trainableAdapter(contents.linears, stored, 0);
      const feeds = Object.fromEntries(Array.from(tensors, ([name, { data, shape }]) => [name, { data, dims: shape }]));
      return { adapter: layout, feeds: () => feeds };
    });
    const asked = request(prompts, { samples: 3, sampling: { ...PLAIN, temperature: 0.7 }, maxRows: 4 });
    await assertScored(options, asked, await generator.generate(asked));
  });

  test(`${architecture} with groups of all sizes, longer and shorter than any window: log-probabilities as without a cache`, async (context) => {
    // One token in five ends a completion, so that rows leave their groups at different times.
    const eosTokenIds = Array.from({ length: 20 }, (_, i) => 5 * i);
    const names = { model: `golden/${architecture}`, tokenizer: borrowed };
    const { generator, options } = await openGenerator(context, names, () => ({ eosTokenIds }));
    const samples = [3, 1, 4, 2, 3];
    const asked = request(
      [1, 3, 9, 17, 33].map((length) => Array.from({ length }, (_, i) => (length * 7 + i * 13) % 97)),
      { samples: 4, sampling: PLAIN, maxRows: 5 },
    );
    const groups = asked.groups.map(({ prompt, keys }, group) => ({ prompt, keys: keys.slice(0, samples[group]) }));
    const completions = await generator.generate({ ...asked, groups });
    assert.ok(new Set(completions.map(({ tokens }) => tokens.length)).size > 3, 'the lengths differ');
    await assertScored(options, { ...asked, groups }, completions);
  });
}
