import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { graderReplySchema, MAX_ANSWER_CHARS } from '../protocol/grader.ts';
import { AnswerNotes } from './answerNotes.ts';

const ROW = { question: 'What is 30 + 42?', answer: '30 + 42 = 72\n#### 72', prompt: 'What is 30 + 42?', index: 3 };

function call(...completions: readonly string[]): AnswerNotes {
  return new AnswerNotes(completions.map((completion) => ({ ...ROW, completion })));
}

/** What is known after searches, each a text and what was found in it. */
function after(notes: AnswerNotes, ...searches: readonly (readonly [unknown, unknown])[]): unknown {
  for (const [text, answer] of searches) notes.note(text, answer);
  return notes.frame();
}

test('the answer of the completion, none, and nothing where nobody looked', () => {
  assert.deepEqual(after(call('it is 72'), ['it is 72', '72']), [[0, '72']]);
  assert.deepEqual(after(call('no idea'), ['no idea', null]), [[0, null]]);
  assert.equal(after(call('it is 72')), null);
});

test('white space around the completion is nothing', () => {
  assert.deepEqual(after(call(' 72\n'), ['72', '72']), [[0, '72']]);
  assert.deepEqual(after(call('72'), ['72\n', '72']), [[0, '72']]);
});

test('what a second rule finds where the first finds nothing, in any order', () => {
  const text = 'it is 71';
  assert.deepEqual(after(call(text), [text, null], [text, '71']), [[0, '71']]);
  assert.deepEqual(after(call(text), [text, '71'], [text, null]), [[0, '71']]);
  assert.deepEqual(after(call(text), [text, '71'], [text, '71']), [[0, '71']]);
});

test('of two different answers none is known to be the one', () => {
  const text = '70, no, 71';
  assert.equal(after(call(text), [text, '70'], [text, '71']), null);
  assert.equal(after(call(text), [text, '70'], [text, '71'], [text, '71'], [text, null]), null);
});

test('a part of the completion counts, unless it may be of the reference or the prompt', () => {
  assert.deepEqual(after(call('30 </think> so 71'), [' so 71', '71']), [[0, '71']]);
  assert.equal(after(call('30 </think> so 72'), ['72', '72']), null, 'read out of the answer column, perhaps');
  assert.equal(after(call('30 </think> 3'), ['3', '3']), null, 'a number among the arguments');
  assert.equal(after(call('it is 71'), ['another text', '5']), null);
  assert.equal(after(call('it is 71'), ['', null]), null);
});

test('in a group each note is of the completions with that text', () => {
  const group = call('it is 71', 'it is 73', 'it is 71', 'nothing');
  assert.deepEqual(after(group, ['it is 71', '71'], ['nothing', null]), [
    [0, '71'],
    [2, '71'],
    [3, null],
  ]);
  assert.equal(after(call('so it is 71', 'then it is 71'), ['it is 71', '71']), null, 'a part of both');
});

test('a text that is a whole completion is not taken for a part of another', () => {
  assert.deepEqual(after(call('it is 71', '71'), ['71', '71']), [[1, '71']]);
});

test('long answers are cut, and characters are not', () => {
  const text = `x${'😀'.repeat(MAX_ANSWER_CHARS)}`;
  const notes = call(text);
  notes.note(text, text);
  const [[, kept] = []] = notes.frame() ?? [];
  assert.equal(kept?.length, MAX_ANSWER_CHARS);
  assert.equal(kept.isWellFormed(), true);
});

test('whatever it is told, it throws nothing and its frame is one that the engine takes', () => {
  const told = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }), fc.constantFrom('a', 'ab', 'x'.repeat(1000)));
  fc.assert(
    fc.property(fc.array(fc.tuple(told, told)), (searches) => {
      const answers = after(call('a', 'ab', 'x'.repeat(1000)), ...searches);
      const frame = { kind: 'result', id: 1, item: null, value: 1, ...(answers === null ? {} : { answers }) };
      const parsed = graderReplySchema.safeParse(JSON.parse(JSON.stringify(frame)));
      assert.equal(parsed.success, true);
    }),
  );
});
