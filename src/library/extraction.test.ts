import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { extractionRuleNames, extractionRules, goldAnswer, type ExtractionRuleName } from './extraction.ts';

/** Letters of the rules, in the order of `extractionRuleNames`: o(penai) s(trict) f(lexible) t(ulu) S(trict) F(lexible) b(oxed). */
const LETTERS = 'osftSFb';

interface Case {
  readonly name: string;
  readonly completion: string;
  readonly gold: string;
  /** The rules that call it right, by letter. */
  readonly right: string;
}

const filler = 'so we go on. '.repeat(30);

const cases: readonly Case[] = [
  { name: 'the taught format', completion: '48/2=24\n48+24=72\n#### 72', gold: '72', right: 'osftSF' },
  { name: 'one digit', completion: 'She has 5.\n#### 5', gold: '5', right: 'osftSF' },
  { name: 'one digit without the marker', completion: 'The answer is 5', gold: '5', right: 'ftF' },
  { name: 'a final full stop', completion: '#### 72.', gold: '72', right: 'tSF' },
  { name: 'a full stop in prose', completion: 'The answer is 72.', gold: '72', right: 'tF' },
  { name: 'a comma', completion: '#### 1,000', gold: '1000', right: 'ostSF' },
  { name: 'a comma in prose', completion: 'That makes 1,000', gold: '1000', right: 'tF' },
  { name: 'a dollar sign', completion: '#### $5', gold: '5', right: 'ftF' },
  { name: 'cents that are none', completion: '#### 72.00', gold: '72', right: '' },
  { name: 'a negative number', completion: '#### -5', gold: '-5', right: 'osfSF' },
  { name: 'a negative decimal', completion: '#### -2.5', gold: '-2.5', right: 'osftSF' },
  { name: 'a unicode minus', completion: '#### \u22125', gold: '-5', right: '' },
  { name: 'a percentage', completion: '#### 50%', gold: '50', right: 'osftSF' },
  { name: 'a fraction', completion: '#### 1/2', gold: '0.5', right: '' },
  { name: 'no space after the marker', completion: '####72', gold: '72', right: 'ftF' },
  { name: 'a made-up next question', completion: '#### 72\n\nQuestion: 3+4?\nAnswer: #### 7', gold: '72', right: 'oS' },
  { name: 'a second answer to the same question', completion: '#### 7\nNo, wait.\n#### 72', gold: '72', right: 'sftF' },
  { name: 'an answer 300 characters back', completion: `#### 72\n${filler}`, gold: '72', right: 'otSF' },
  { name: 'dots after the number', completion: 'The answer is 72...', gold: '72', right: 't' },
  { name: 'an ellipsis after the answer', completion: '72 and so on ...', gold: '72', right: 't' },
  { name: 'a box', completion: 'so \\boxed{72}', gold: '72', right: 'ftFb' },
  { name: 'a box with cents that are none', completion: 'so \\boxed{72.00}', gold: '72', right: 'b' },
  { name: 'a box with a fraction', completion: 'so \\boxed{\\frac{1}{2}}', gold: '0.5', right: 'b' },
  { name: 'a box with a dollar sign', completion: 'so \\boxed{\\$1,000}', gold: '1000', right: 'tFb' },
  { name: 'a box with a unicode minus', completion: 'so \\boxed{\u22125}', gold: '-5', right: 'b' },
  { name: 'the last of two boxes', completion: '\\boxed{7} then \\boxed{72}', gold: '72', right: 'ftFb' },
  { name: 'a box that is not closed', completion: '\\boxed{72} then \\boxed{7', gold: '72', right: '' },
  { name: 'no number at all', completion: 'I do not know', gold: '72', right: '' },
  { name: 'nothing', completion: '', gold: '72', right: '' },
];

for (const { name, completion, gold, right } of cases) {
  test(`${name}: right by "${right}"`, () => {
    const found = extractionRuleNames.filter((rule) => {
      const extracted = extractionRules[rule].extract(completion);
      return extracted !== null && extractionRules[rule].matches(extracted, gold);
    });
    assert.equal(found.map((rule) => LETTERS[extractionRuleNames.indexOf(rule)]).join(''), right);
  });
}

/** What the original Python gives, by running it. */
const extracted: readonly (readonly [ExtractionRuleName, string, string | null])[] = [
  ['openai', '#### 1,000.', '1000.'],
  ['openai', '#### x #### 7', '7'],
  ['verl-strict', '#### 1 #### -2,000', '-2000'],
  ['verl-strict', '#### $5', null],
  ['verl-flexible', 'costs 1,000.', '1,000.'],
  ['verl-flexible', '72 .', '72'],
  ['verl-flexible', '. .', '.'],
  ['verl-flexible', '72 ,', ','],
  ['verl-flexible', 'none', null],
  // 300 code points, of which each of these is two UTF-16 units.
  ['verl-flexible', `7${'😀'.repeat(299)}`, '7'],
  ['verl-flexible', `7${'😀'.repeat(300)}`, null],
  ['tulu', '-5', '5'],
  ['tulu', '-5.0', '-5.0'],
  ['tulu', '1,2,3', '3'],
  ['tulu', '1,000,000', '1000000'],
  ['tulu', '٣', '٣'],
  ['tulu', 'None', 'None'],
  ['lm-eval-strict', '#### 1,000. #### 7', '1,000.'],
  ['lm-eval-flexible', 'pays $5.', '$5.'],
  ['lm-eval-flexible', 'a 5 b', '5'],
  ['boxed', '\\boxed{ \\text{a {b}} }', ' \\text{a {b}} '],
  ['boxed', '\\boxed{7} and \\boxed {72}', null],
  ['boxed', '\\boxed{72}. I used \\boxed as asked.', null],
];

for (const [rule, completion, answer] of extracted) {
  test(`${rule} reads ${JSON.stringify(completion.slice(0, 30))}`, () => {
    assert.equal(extractionRules[rule].extract(completion), answer);
  });
}

test('the reference is what follows the last marker, without commas', () => {
  assert.equal(goldAnswer('He has <<48/2=24>>24.\n#### 72'), '72');
  assert.equal(goldAnswer('#### 1,234\n'), '1234');
  assert.equal(goldAnswer('#### 1 #### 2'), '2');
  assert.equal(goldAnswer(' 72 '), '72');
  assert.equal(goldAnswer(''), '');
});

test('no completion makes a rule throw', () => {
  const parts = fc.constantFrom('#### ', '\\boxed{', '{', '}', '-', '.', ',', '$', '1', '٣', '😀', '\n', 'a');
  fc.assert(
    fc.property(fc.array(parts), (pieces) => {
      for (const rule of extractionRuleNames) {
        const answer = extractionRules[rule].extract(pieces.join(''));
        if (answer !== null) extractionRules[rule].matches(answer, '72');
      }
    }),
  );
});
