import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { demoTokenizer } from '../../../test/support/tokenizers.ts';
import { renderChat } from './chatTemplate.ts';
import { Tokenizer } from './tokenizer.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-template-'));
  await cp(join(demoTokenizer, 'tokenizer.json'), join(folder, 'tokenizer.json'));
});
after(() => rm(folder, { recursive: true }));

async function withTemplate(template: string | undefined): Promise<Tokenizer> {
  const config = { eos_token: '<|end|>', ...(template === undefined ? {} : { chat_template: template }) };
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
  return Tokenizer.load(folder);
}

/** ChatML, as Qwen uses it. */
const chatml =
  "{%- for message in messages %}\n    {{- '<|im_start|>' + message.role + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}\n{%- endfor %}\n" +
  "{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\\n' }}\n{%- endif %}\n";

test('messages, and what opens the answer', async () => {
  const tokenizer = await withTemplate(chatml);
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: '2 + 2?' },
  ];
  const conversation = '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n2 + 2?<|im_end|>\n';
  assert.equal(renderChat(tokenizer, messages), `${conversation}<|im_start|>assistant\n`);
  assert.equal(renderChat(tokenizer, messages, { addGenerationPrompt: false }), conversation);
});

test('special tokens by their names', async () => {
  const tokenizer = await withTemplate(
    '{{ messages[0].content + eos_token }}{% if bos_token is defined %}bos{% endif %}',
  );
  assert.equal(renderChat(tokenizer, [{ role: 'user', content: 'x' }]), 'x<|end|>');
});

test('it is always the same day', async () => {
  const llama = await withTemplate("{% if strftime_now is defined %}{{ strftime_now('%d %b %Y') }}{% endif %}");
  assert.equal(renderChat(llama, []), '26 Jul 2024');
  const other = await withTemplate("  {%- set day = strftime_now('%A, %B %d, %Y; %Y-%m-%d %Q') %}{{ day }}");
  assert.equal(renderChat(other, []), 'Friday, July 26, 2024; 2024-07-26 %Q');
});

test('a base model, a broken template and a template that refuses are errors that say what to do', async () => {
  const base = await withTemplate(undefined);
  assert.throws(() => renderChat(base, []), { name: 'UserError', message: /no chat template.*Turn "chat" off/ });
  const broken = await withTemplate('{% for %}');
  assert.throws(() => renderChat(broken, []), { name: 'UserError', message: /chat template cannot render/ });
  const strict = await withTemplate("{{ raise_exception('System role not supported') }}");
  assert.throws(() => renderChat(strict, []), { name: 'UserError', message: /System role not supported/ });
});
