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

/** Programs that would run for days or take all memory, one of them by our own names. */
const ENDLESS: Readonly<Record<string, string>> = {
  'a range': '{% for i in range(1000000000) %}{% endfor %}',
  'loops in loops':
    '{% for a in range(999) %}{% for b in range(999) %}{% for c in range(999) %}{% endfor %}{% endfor %}{% endfor %}',
  'a text that doubles':
    "{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
  'a list that doubles':
    '{% set ns = namespace(s=[1, 2]) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}',
  'a list of itself, twice':
    '{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}',
  'a macro that calls itself twice':
    '{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}',
  'an argument that doubles':
    "{% macro f(s, n) %}{% if n > 0 %}{{ f(s + s, n - 1) }}{% endif %}{% endmacro %}{{ f('ab', 60) }}",
  'a replacement in each round of a loop': `{% set x = '${'a'.repeat(5_000)}' %}{% for i in range(99000) %}{% if x | replace('a', x) == 'b' %}{% endif %}{% endfor %}`,
  'a search in each round of a loop': `{% set x = '${'a'.repeat(60_000)}' %}{% for i in range(99000) %}{% if 'b' in x %}{% endif %}{% endfor %}`,
  'loops without a body over one long list':
    '{% set x = range(30000) %}{% for i in x %}{% for j in x %}{% endfor %}{% endfor %}',
  'a list of itself, twice, in loops': `${Array.from({ length: 60 }, () => '{% for s in [[s, s]] %}').join('')}{{ s }}${'{% endfor %}'.repeat(60)}`,
  'a list that is written in each round of a loop':
    '{% set x = range(20000) %}{% for i in range(9000) %}{{ x }}{% endfor %}',
  'a range of its own':
    '{% set range = namespace %}{% macro range(n) %}{% endmacro %}{% for i in [1, 2] %}{{ range(9) }}{% endfor %}',
};

test('a template that would never end, or take all memory, is an error', async () => {
  for (const [what, template] of Object.entries(ENDLESS)) {
    const endless = await withTemplate(template);
    const render = (): string => renderChat(endless, []);
    if (what === 'a range of its own') assert.equal(render(), '');
    else assert.throws(render, { name: 'UserError', message: /takes more steps, or more memory/ }, what);
  }
});

test('what a template counts is its own conversation, each time anew', async () => {
  const many = await withTemplate(
    '{% for i in range(3, 0, -1) %}{{ i }}{% endfor %}{% for message in messages %}{% set text = message.content %}{{ text }}{% endfor %}',
  );
  const messages = Array.from({ length: 100 }, () => ({ role: 'user', content: 'x'.repeat(10_000) }));
  for (let time = 0; time < 20; time++) assert.equal(renderChat(many, messages).length, 3 + 1_000_000);
});
