import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage } from '../model/chatTemplate.ts';
import { answerFormats } from '../protocol/answerFormats.ts';
import { UserError } from '../protocol/errors.ts';
import type { Columns, DatasetRow } from './row.ts';
import { promptWriter } from './prompts.ts';
import { normalizedQuestion } from './question.ts';

const config = { prompt: '{question}\n', completion: '{answer}', chat: false };
const gsm8k: Columns = { question: 'How many?', answer: '1+1=2\n#### 2' };
const row = (columns: Columns, index = 0): DatasetRow => ({ file: 'p.jsonl', row: index, line: index + 1, columns });
const renderChat = (messages: readonly ChatMessage[]): string =>
  messages.map(({ role, content }) => `<${role}>${content}`).join('') + '<assistant>';
const refusesSystem = (messages: readonly ChatMessage[]): string => {
  if (messages.some(({ role }) => role === 'system')) throw new UserError('System role not supported.');
  return renderChat(messages);
};
const message = (role: string, content: string): ChatMessage => ({ role, content });
const baseModel = (): string => assert.fail('the prompt is no chat');

test('rows of GSM8K need no template of their own', () => {
  const write = promptWriter(config, [], baseModel);
  assert.deepEqual(write(row(gsm8k)), {
    text: 'How many?\n',
    addSpecialTokens: true,
    question: { text: 'How many?\n' },
  });
});

test('examples come before the question: prompt, completion, newline', () => {
  const write = promptWriter(
    { ...config, prompt: 'Question: {question}\nAnswer:', completion: ' {answer}\n' },
    [row({ question: 'A?', answer: '1' }), row({ question: 'B?', answer: '2' })],
    baseModel,
  );
  assert.equal(
    write(row(gsm8k)).text,
    'Question: A?\nAnswer: 1\n\nQuestion: B?\nAnswer: 2\n\nQuestion: How many?\nAnswer:',
  );
  assert.deepEqual(write(row(gsm8k)).question, { text: 'Question: How many?\nAnswer:' });
});

test('a chat: system message, examples as earlier turns, trimmed, special tokens by the template', () => {
  const write = promptWriter(
    { ...config, chat: true, system: 'Be brief.' },
    [row({ question: 'A?', answer: ' 1' })],
    renderChat,
  );
  const { text, addSpecialTokens } = write(row(gsm8k));
  assert.equal(text, '<system>Be brief.<user>A?<assistant>1<user>How many?<assistant>');
  assert.equal(addSpecialTokens, false);
});

test('a `prompt` column of text is the prompt', () => {
  const write = promptWriter(config, [], baseModel);
  assert.equal(write(row({ prompt: 'Say {x}: ', answer: '1' })).text, 'Say {x}: ');
});

test('a `prompt` column of messages is a chat, with or without dataset.chat', () => {
  const messages = [
    { role: 'system', content: 'Own.', name: 'ignored' },
    { role: 'user', content: ' Hi ' },
  ];
  for (const prompt of ['{question}\n', '{prompt}']) {
    const write = promptWriter({ ...config, prompt, system: 'Not this one.' }, [], renderChat);
    assert.equal(write(row({ prompt: messages })).text, '<system>Own.<user> Hi <assistant>');
  }
});

test('the `question` column wins over `prompt`, and a template of ones own over both', () => {
  const both = row({ ...gsm8k, prompt: 'other' });
  assert.equal(promptWriter(config, [], baseModel)(both).text, 'How many?\n');
  assert.equal(promptWriter({ ...config, prompt: 'Q: {prompt}' }, [], baseModel)(both).text, 'Q: other');
});

test('a `prompt` column of another form is an error with its row', () => {
  const write = promptWriter(config, [], renderChat);
  for (const prompt of [7, [], [{ role: 'user' }], [{ role: 'user', content: [{ type: 'image' }] }], null]) {
    assert.throws(
      () => write(row({ prompt }, 3)),
      /p\.jsonl, row 3 \(line 4\): the column "prompt" must be text, or a list/,
    );
  }
});

test('a row without the columns of the template is an error that names them', () => {
  const write = promptWriter(config, [], baseModel);
  assert.throws(() => write(row({ Question: 'x' })), /the row has Question\. Did you mean \{Question\}\?/);
  const example = { file: 'dataset.fewShot', row: 0, line: null, columns: { question: 'x' } };
  assert.throws(() => promptWriter(config, [example], baseModel), /dataset\.fewShot, row 0: dataset\.completion/);
});

test('questions are the same whatever their case, spacing and width', () => {
  assert.equal(
    normalizedQuestion({ text: ' How  MANY\u00a0eggs?\n' }),
    normalizedQuestion({ text: 'how many eggs？' }),
  );
  assert.notEqual(normalizedQuestion({ text: 'How many eggs?' }), normalizedQuestion({ text: 'How many legs?' }));
  const messages = [{ role: 'user', content: 'Hi' }];
  assert.equal(normalizedQuestion({ messages }), normalizedQuestion({ text: 'hi' }));
});

test('an answer format: the instruction once in front, examples in its form', () => {
  const write = promptWriter(
    { ...config, prompt: 'Q: {question}\nA:', completion: ' {answer}\n', format: 'boxed' },
    [row({ question: 'A?', answer: 'One.\n#### 1' })],
    baseModel,
  );
  const { instruction } = answerFormats.boxed;
  assert.equal(write(row(gsm8k)).text, `${instruction}\n\nQ: A?\nA: One.\n\\boxed{1}\n\nQ: How many?\nA:`);
});

test('an answer format in a chat: behind the system message, or as one', () => {
  const { instruction } = answerFormats.think;
  const chat = { ...config, chat: true, format: 'think' as const };
  assert.equal(promptWriter(chat, [], renderChat)(row(gsm8k)).text, `<system>${instruction}<user>How many?<assistant>`);
  assert.equal(
    promptWriter({ ...chat, system: 'Be brief.' }, [], renderChat)(row(gsm8k)).text,
    `<system>Be brief.\n\n${instruction}<user>How many?<assistant>`,
  );
  const own = { prompt: [message('system', 'Own.'), message('user', 'Hi')] };
  assert.equal(promptWriter(chat, [], renderChat)(row(own)).text, `<system>Own.\n\n${instruction}<user>Hi<assistant>`);
});

test('where the template has no use for a system message, the instruction begins the first question', () => {
  const example = row({ question: 'A?', answer: '1' });
  const write = promptWriter({ ...config, chat: true, format: 'boxed' }, [example], refusesSystem);
  const { instruction } = answerFormats.boxed;
  assert.equal(write(row(gsm8k)).text, `<user>${instruction}\n\nA?<assistant>\\boxed{1}<user>How many?<assistant>`);
});

test('a system message that the template refuses is an error before the first row; one of a row, with the row', () => {
  const chat = { ...config, chat: true };
  assert.throws(() => promptWriter({ ...chat, system: 'x' }, [], refusesSystem), /^UserError: dataset\.system: /);
  const own = row({ prompt: [message('system', 'Own.'), message('user', 'Hi')] }, 3);
  assert.throws(() => promptWriter(chat, [], refusesSystem)(own), /p\.jsonl, row 3 \(line 4\): .*not supported/);
});

test('a model without a chat template is an error that blames no row', () => {
  const none = (): never => {
    throw new UserError('The model has no chat template.');
  };
  assert.throws(() => promptWriter({ ...config, chat: true }, [], none), /^UserError: The model has no chat template/);
});

test('a conversation has one system message, the first: examples of messages bring none', () => {
  const messages = (question: string): Columns => ({
    prompt: [message('system', 'Own.'), message('user', question)],
    answer: '1',
  });
  const write = promptWriter({ ...config, chat: true }, [row(messages('A?'))], renderChat);
  assert.equal(write(row(messages('B?'))).text, '<system>Own.<user>A?<assistant>1<user>B?<assistant>');
});

test('an example whose result is not to be seen cannot be written in another form', () => {
  const example = row({ question: 'A?', answer: 'Long.\nAnd no result.' }, 2);
  assert.throws(
    () => promptWriter({ ...config, format: 'boxed' }, [example], baseModel),
    /row 2 \(line 3\): dataset\.format is "boxed".*End it with a line "#### "/,
  );
});
