/** Each extraction rule against what its original gives in Python (`test/fixtures/extraction/originals.py`), on the same texts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { extractionRuleNames, extractionRules, goldAnswer } from '../../src/library/extraction.ts';

const folder = join(import.meta.dirname, '../fixtures/extraction');

function read<T>(file: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

const cases = read(
  'cases.json',
  // A case with a note was written by hand, for what the note says.
  z.array(z.strictObject({ completion: z.string(), answer: z.string(), note: z.string().optional() })),
);
const resultSchema = z.strictObject({
  extracted: z.string().nullable(),
  /** Not of `boxed`, whose comparison is ours. */
  right: z.boolean().optional(),
});
const { results } = read(
  'results.json',
  z.object({ results: z.array(z.record(z.enum(extractionRuleNames), resultSchema)) }),
);

test('there are 200 texts and more, each with its results', () => {
  assert.ok(cases.length >= 200, String(cases.length));
  assert.equal(results.length, cases.length);
});

for (const rule of extractionRuleNames) {
  test(`${rule} gives what its original gives`, () => {
    const { extract, matches } = extractionRules[rule];
    const differences = cases.flatMap(({ completion, answer }, i) => {
      const original = results[i]?.[rule] ?? assert.fail(`case ${i} has no result`);
      const extracted = extract(completion);
      const right = extracted !== null && matches(extracted, goldAnswer(answer));
      const same = extracted === original.extracted && (original.right ?? right) === right;
      return same ? [] : [{ completion, answer, original, ours: { extracted, right } }];
    });
    assert.deepEqual(differences, []);
  });
}

test('no rule finds all of them right or wrong, and no two rules are the same', () => {
  const verdicts = extractionRuleNames.map((rule) =>
    cases
      .map(({ completion, answer }) => {
        const extracted = extractionRules[rule].extract(completion);
        return Number(extracted !== null && extractionRules[rule].matches(extracted, goldAnswer(answer)));
      })
      .join(''),
  );
  for (const verdict of verdicts) assert.match(verdict, /01|10/);
  assert.equal(new Set(verdicts).size, verdicts.length);
});
