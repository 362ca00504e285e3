/** Prompts for an editor, by the engine that answers questions: of the text as it stands, and one problem after another. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import type { PreviewReply } from '../../src/engine/protocol/preview.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';

test('the prompts of an unsaved text, the next problem, other data, and what is wrong', HANG_LIMIT, async (t) => {
  const sessionsDir = makeSessionsFolder();
  const { engines } = openWindow(t, sessionsDir);
  const folder = join(sessionsDir, '..');
  const path = join(folder, 'never-saved.rlvr.json');
  const write = (thing: string): void =>
    writeFileSync(
      join(folder, 'rows.jsonl'),
      [1, 2, 3, 4].map((number) => JSON.stringify({ question: `${number} ${thing}?`, answer: `${number}` })).join('\n'),
    );
  write('eggs');
  const text = (dataset: object): string =>
    JSON.stringify({
      model: 'builtin:demo',
      dataset: { source: 'rows.jsonl', validation: 1, ...dataset },
      rewards: [{ function: 'gsm8k' }],
      rollout: { maxCompletionLength: 16 },
    });
  const ask = (
    dataset: object,
    place: Partial<Pick<PreviewReply, 'part' | 'index'>> & { readonly again?: boolean } = {},
  ): Promise<PreviewReply> =>
    engines.questions.preview({
      path,
      text: text(dataset),
      task: null,
      part: 'train',
      index: 0,
      again: false,
      ...place,
    });

  const first = await ask({ fewShot: 1 });
  assert.deepEqual(
    [first.part, first.index, first.parts],
    [
      'train',
      0,
      [
        { part: 'train', problems: 2 },
        { part: 'validation', problems: 1 },
      ],
    ],
  );
  assert.match(first.text, /^Prompts of never-saved\.rlvr\.json\n/);
  assert.match(first.text, /── train, problem 1 of 2 /);
  assert.match(first.examples, /^\{"question":"\d eggs\?","answer":"\d"\}\n$/);

  write('legs');
  const next = await ask({ fewShot: 1 }, { index: 1, again: true });
  assert.match(next.text, /problem 2 of 2 [^]*eggs\?/, 'the data is what it was');
  assert.match((await ask({ fewShot: 1 }, { index: 9 })).text, /problem 2 of 2 [^]*legs\?/, 'and is read anew');
  assert.match(
    (await ask({ fewShot: 0 }, { again: true })).text,
    /problem 1 of 3 /,
    'another experiment is never that of before',
  );
  assert.equal((await ask({}, { part: 'test' })).part, 'train', 'a part that there is');

  await assert.rejects(
    ask({ prompt: '{qestion}' }),
    (error) => error instanceof UserError && error.message.includes('Did you mean {question}'),
  );
  await assert.rejects(
    engines.questions.preview({ path, text: '{', task: null, part: 'train', index: 0, again: true }),
    UserError,
  );
});
