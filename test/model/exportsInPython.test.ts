/** Policies as transformers and PEFT load them, where a Python has them: their logits are those of the model with its adapter. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { z } from 'zod';
import { readReference } from '../../src/engine/compute/verify/reference.ts';
import { LOGIT_TOLERANCE } from '../../src/engine/compute/verify/tolerances.ts';
import { writeModelFolder } from '../../src/engine/model/hfExport.ts';
import { locateModel } from '../../src/engine/model/locateModel.ts';
import { mergedWeights } from '../../src/engine/model/mergedWeights.ts';
import { readAdapter, writeAdapter } from '../../src/engine/model/peft.ts';
import { ARCHITECTURES, goldenFolder, type GoldenName } from '../support/golden.ts';
import { pythonWith, runPython } from '../support/python.ts';

const { python, skip } = pythonWith('torch', 'transformers', 'peft');
const scratch = mkdtempSync(join(tmpdir(), 'exports-in-python-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Of each model the largest difference from the logits expected: of the merged folder, and of the base with the adapter. */
const SCRIPT = `
import json, sys
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM
def difference(model, rows):
    model.eval()
    with torch.no_grad():
        return max((model(input_ids=torch.tensor([row["tokens"]])).logits[0].flatten() - torch.tensor(row["logits"])).abs().max().item() for row in rows)
answers = []
for one in json.load(sys.stdin):
    load = lambda folder: AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    merged = difference(load(one["merged"]), one["rows"])
    adapted = difference(PeftModel.from_pretrained(load(one["base"]), one["adapter"]), one["rows"])
    answers.append({"merged": merged, "adapted": adapted})
print(json.dumps(answers))
`;
const answerSchema = z.array(z.object({ merged: z.number(), adapted: z.number() }));

interface Exported {
  readonly base: string;
  readonly merged: string;
  readonly adapter: string;
  /** With the logits that PyTorch gave when the reference was made, `[time, vocab]`. */
  readonly rows: readonly { readonly tokens: readonly number[]; readonly logits: readonly number[] }[];
}

async function exported(name: GoldenName): Promise<Exported> {
  const base = goldenFolder(name);
  const reference = await readReference(join(base, 'adapter/golden.safetensors'));
  const model = await locateModel(base);
  const given = await readAdapter(join(base, 'adapter'));
  const [merged, adapter] = [join(scratch, `${name}-merged`), join(scratch, `${name}-adapter`)];
  const weights = mergedWeights(model, given);
  const stored = Array.from(weights, ([key, { read }]) => [model.storedNames.get(key) ?? key, read] as const);
  await writeModelFolder(model.folder, merged, new Map(stored));
  mkdirSync(adapter);
  await writeAdapter(adapter, given);
  const { data } = reference.tensors.get('logits') ?? assert.fail('the reference has logits');
  const { vocabularySize } = model.architecture;
  const rows = reference.rows.map(({ prompt, tokens }, index) => {
    const row = [...prompt, ...tokens];
    const start = index * reference.time * vocabularySize;
    return { tokens: row, logits: [...data.subarray(start, start + row.length * vocabularySize)] };
  });
  return { base, merged, adapter, rows };
}

test('transformers and PEFT compute the same logits of what is exported', { skip, timeout: 300_000 }, async () => {
  const input = JSON.stringify(await Promise.all(ARCHITECTURES.map(exported)));
  const answers = answerSchema.parse(runPython(python, SCRIPT, [], { input }));
  assert.equal(answers.length, ARCHITECTURES.length);
  for (const [index, { merged, adapted }] of answers.entries()) {
    assert.ok(merged <= LOGIT_TOLERANCE, `${ARCHITECTURES[index]}, merged: logits differ by ${merged}`);
    assert.ok(adapted <= LOGIT_TOLERANCE, `${ARCHITECTURES[index]}, adapter: logits differ by ${adapted}`);
  }
});
