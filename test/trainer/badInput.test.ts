/** Promise: bad input gets a clear error that says what to do, and nothing is lost. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { readSafetensors } from '../../src/engine/model/tensorData.ts';
import { hasChildren, until } from '../support/processes.ts';
import { recordOf } from '../support/runRecord.ts';
import { writeTensors } from '../support/safetensors.ts';
import { HANG_LIMIT, makeProject, resume, train, type Changes, type Project } from '../support/trainingProject.ts';

/** What is done to a good project, what of the experiment is changed, and what the error must say. */
interface BadInput {
  readonly what: string;
  readonly spoil?: (project: Project) => void | Promise<void>;
  readonly changes?: Changes;
  readonly says: readonly RegExp[];
}

const weights = ({ folder }: Project): string => join(folder, 'model/model.safetensors');

const cases: readonly BadInput[] = [
  {
    what: 'a tensor is missing',
    spoil: async (project) => {
      const tensors = await readSafetensors(weights(project));
      await writeTensors(weights(project), new Map([...tensors].filter(([name]) => !name.endsWith('ln_f.weight'))));
    },
    says: [/"transformer\.ln_f\.weight"/, /\[16\]/, /missing/, /fetch the model again/],
  },
  {
    what: 'the weights are truncated',
    spoil: (project) => {
      truncateSync(weights(project), readFileSync(weights(project)).length - 100);
    },
    says: [/model\.safetensors/, /truncated|shorter|bytes/],
  },
  {
    what: 'the architecture is not supported',
    spoil: ({ folder }) => {
      writeFileSync(join(folder, 'model/config.json'), JSON.stringify({ model_type: 'mamba' }));
    },
    says: [/"mamba"/, /supported are: gpt2, .*qwen2/],
  },
  {
    what: 'a prompt is longer than the context',
    spoil: ({ folder }) => {
      appendFileSync(join(folder, 'train.jsonl'), `${JSON.stringify({ question: 'Eva '.repeat(60), answer: '1' })}\n`);
    },
    says: [/train\.jsonl, row 12 \(line 13\)/, /context holds 48/, /maxPromptTokens/],
  },
  {
    what: 'the dataset is empty',
    spoil: ({ folder }) => {
      writeFileSync(join(folder, 'train.jsonl'), '');
    },
    says: [/train\.jsonl is empty/, /one JSON object per line/],
  },
  {
    what: 'the reward file is missing',
    changes: { rewards: [{ file: 'nowhere.ts', function: 'digits' }] },
    says: [/no reward file .*nowhere\.ts/, /relative to the experiment/],
  },
  {
    what: 'the reward function is missing',
    changes: { rewards: [{ file: 'rewards.ts', function: 'digit' }] },
    says: [/no function "digit"/, /did you mean "digits"/],
  },
  {
    what: 'the adapter to continue from is missing',
    changes: { lora: { from: 'adapter' } },
    says: [/adapter is not an adapter folder/],
  },
  {
    what: 'a target of the adapter is no module',
    changes: { lora: { targets: ['q_proj'] } },
    says: [/no linear module "q_proj"/, /c_attn/],
  },
];

for (const { what, spoil, changes = {}, says } of cases)
  test(`${what}: a clear error, and no process is left`, HANG_LIMIT, async () => {
    const project = await makeProject('gpt2');
    await spoil?.(project);
    await assert.rejects(train(project, changes), (error) => {
      assert.ok(error instanceof UserError, `${String(error)} is meant for the user`);
      for (const words of says) assert.match(error.message, words);
      return true;
    });
    await until(() => !hasChildren());
  });

/** The reward as the run keeps it. */
const KEPT_REWARD = 'rewards/0/rewards.ts';

test(
  'a run is continued only with the model, the data and the rewards that it began with',
  HANG_LIMIT,
  async (context) => {
    const project = await makeProject('gpt2');
    const { dir } = await train(
      project,
      {},
      {
        onEvent: (event, stop) => {
          if (event.event === 'step') stop();
        },
      },
    );
    const before = recordOf(dir);

    await context.test('what changed is named, and nothing is lost', async () => {
      const files = [
        join(project.folder, 'model/config.json'),
        join(project.folder, 'train.jsonl'),
        join(dir, KEPT_REWARD),
      ];
      const contents = files.map((file) => readFileSync(file));
      for (const file of files) appendFileSync(file, '\n');
      await assert.rejects(resume(dir), {
        name: 'UserError',
        message:
          /cannot be continued: the model .*model and the dataset and the reward digits .*Restore it, or start a new run/,
      });
      assert.deepEqual(recordOf(dir), before);
      for (const [index, file] of files.entries()) writeFileSync(file, contents[index] ?? '');
    });

    await context.test('an edited reward file does not reach the run, which keeps its own', async () => {
      rmSync(join(project.folder, 'rewards.ts'));
      assert.equal((await resume(dir)).outcome, 'finished');
      assert.equal(recordOf(dir).metrics.length, 4);
    });

    await context.test('a run of a newer version is refused by the version it needs', async () => {
      const db = new DatabaseSync(join(dir, 'run.sqlite'));
      db.exec('PRAGMA user_version = 99');
      db.close();
      await assert.rejects(resume(dir), { name: 'NewerRunError', message: /run format 99; .*Update RLVR-Ops/ });
    });
  },
);
