/** A run whose prompts ask for answers in a form: what the model is told, what examples show, and the warning where no reward looks for it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readJsonObject } from '../../src/engine/model/jsonFile.ts';
import { answerFormats } from '../../src/engine/protocol/answerFormats.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { HANG_LIMIT, makeProject, train, type Engaged } from '../support/trainingProject.ts';

const warnings = ({ events }: Engaged): string[] =>
  events.flatMap((event) => (event.event === 'warning' ? [event.message] : []));

test(
  'the instruction and examples in its form are in every prompt; a rule that looks elsewhere is told',
  HANG_LIMIT,
  async () => {
    const project = await makeProject('llama');
    const config = join(project.folder, 'model/config.json');
    writeFileSync(config, JSON.stringify({ ...(await readJsonObject(config)), max_position_embeddings: 128 }));
    const dataset = { source: 'train.jsonl', validation: 2, format: 'boxed', fewShot: 1 } as const;
    const rewards = [{ function: 'gsm8k' }];
    const engaged = await train(project, { dataset, rewards, training: { steps: 1 } });
    assert.equal(warnings(engaged).filter((message) => message.includes('`openai` looks for `#### 72`')).length, 1);
    const reader = RunReader.open(engaged.dir);
    const prompts = reader.problems('train').map(({ prompt }) => prompt);
    reader.close();
    assert.ok(prompts.length > 0);
    for (const prompt of prompts) {
      assert.ok(prompt.startsWith(`${answerFormats.boxed.instruction}\n\n`), prompt);
      assert.match(prompt, /How many\?\n\\boxed\{\d\}\nEva has/);
    }
    const agreeing = await train(project, {
      dataset,
      rewards: [{ function: 'gsm8k', options: { rule: 'boxed' } }],
      training: { steps: 1 },
    });
    assert.deepEqual(
      warnings(agreeing).filter((message) => message.includes('looks for')),
      [],
    );
  },
);
