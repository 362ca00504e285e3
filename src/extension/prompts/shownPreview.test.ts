import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../engine/protocol/errors.ts';
import type { PreviewReply } from '../../engine/protocol/preview.ts';
import type { PreviewQuestion } from '../engine/engineQuestions.ts';
import { ShownPreview } from './shownPreview.ts';

const words = { nothing: 'Nothing yet.', before: 'Before that:' };
const parts: PreviewReply['parts'] = [
  { part: 'train', problems: 3 },
  { part: 'test', problems: 1 },
];

/** Answers every question with where it was, and keeps it. */
function engine(tasks: readonly string[] = []): {
  readonly asked: PreviewQuestion[];
  readonly ask: (question: PreviewQuestion) => Promise<PreviewReply>;
} {
  const asked: PreviewQuestion[] = [];
  const ask = (question: PreviewQuestion): Promise<PreviewReply> => {
    asked.push(question);
    if (question.text === 'wrong') return Promise.reject(new UserError('It is wrong.'));
    const { task, part, index } = question;
    return Promise.resolve({
      kind: 'preview',
      text: `${task === null ? '' : `${task} `}${part} ${index}`,
      task: task ?? tasks[0] ?? null,
      tasks: [...tasks],
      special: [[0, 2]],
      part,
      index,
      parts,
      examples: '',
    });
  };
  return { asked, ask };
}

test('the first problem first, then to and fro within the part', async () => {
  const { asked, ask } = engine();
  const preview = new ShownPreview('/x.rlvr.json', ask);
  assert.equal(preview.move(1), false, 'there is nothing yet');
  assert.equal((await preview.read('{}', words))?.text, 'train 0');
  assert.deepEqual([preview.move(-1), preview.move(1)], [false, true]);
  assert.equal((await preview.read('{}', words))?.text, 'train 1');
  assert.deepEqual([preview.move(5), preview.reply?.index], [true, 1]);
  assert.equal((await preview.read('{}', words))?.text, 'train 2');
  assert.equal(preview.move(1), false);
  assert.equal(preview.goTo(1), true);
  assert.equal((await preview.read('{}', words))?.text, 'train 0');
  assert.deepEqual(
    asked.map(({ again }) => again),
    [false, true, true, true],
    'the data is read once',
  );
});

test('the parts in turn', async () => {
  const { ask } = engine();
  const preview = new ShownPreview('/x.rlvr.json', ask);
  await preview.read('{}', words);
  preview.nextPart();
  assert.equal((await preview.read('{}', words))?.text, 'test 0');
  preview.nextPart();
  assert.equal((await preview.read('{}', words))?.text, 'train 0');
});

test('the tasks in turn, each from its first problem on; of one dataset there is none', async () => {
  const { asked, ask } = engine(['gsm8k', 'svamp']);
  const preview = new ShownPreview('/x.rlvr.json', ask);
  await preview.read('{}', words);
  preview.move(2);
  await preview.read('{}', words);
  assert.equal(preview.nextTask(), true);
  assert.equal((await preview.read('{}', words))?.text, 'svamp train 0');
  preview.move(1);
  assert.equal((await preview.read('{}', words))?.text, 'svamp train 1', 'moves stay in the task');
  assert.equal(preview.nextTask(), true);
  assert.equal((await preview.read('{}', words))?.text, 'gsm8k train 0');
  preview.showTask('svamp');
  assert.equal((await preview.read('{}', words))?.text, 'svamp train 0');
  assert.deepEqual([asked.at(-2)?.again, asked.at(-1)?.again], [true, false]);
  const single = new ShownPreview('/x.rlvr.json', engine().ask);
  await single.read('{}', words);
  assert.equal(single.nextTask(), false);
});

test('an edit reads the data anew, and keeps the place', async () => {
  const { asked, ask } = engine();
  const preview = new ShownPreview('/x.rlvr.json', ask);
  await preview.read('{}', words);
  preview.move(1);
  await preview.read('{}', words);
  preview.forget();
  assert.equal((await preview.read('{ }', words))?.text, 'train 1');
  assert.deepEqual(asked.at(-1), {
    path: '/x.rlvr.json',
    text: '{ }',
    task: null,
    part: 'train',
    index: 1,
    again: false,
  });
});

test('what is wrong stands alone at first, and above the text of before later', async () => {
  const { ask } = engine();
  const preview = new ShownPreview('/x.rlvr.json', ask);
  assert.deepEqual(await preview.read('wrong', words), { text: 'Nothing yet.\n\nIt is wrong.\n', special: [] });
  await preview.read('{}', words);
  const faulty = await preview.read('wrong', words);
  assert.equal(faulty?.text, 'It is wrong.\n\nBefore that:\n\ntrain 0');
  const [[offset, length] = [0, 0]] = faulty.special;
  assert.equal(faulty.text.slice(offset, offset + length), 'tr');
});

test('an answer to an older question is not shown', async () => {
  const first = Promise.withResolvers<PreviewReply>();
  const { ask } = engine();
  const preview = new ShownPreview('/x.rlvr.json', (question) =>
    question.text === 'old' ? first.promise : ask(question),
  );
  const old = preview.read('old', words);
  assert.equal((await preview.read('{}', words))?.text, 'train 0');
  first.reject(new UserError('A newer preview took the place of this one.'));
  assert.equal(await old, null);
});
