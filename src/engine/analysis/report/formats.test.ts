import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EvaluationSummary } from '../../protocol/events.ts';
import { accuracyCurve } from './accuracyCurve.ts';
import type { Document } from './document.ts';
import { asHtml, escaped } from './html.ts';
import { latexTable, latexText } from './latex.ts';
import { asMarkdown, inline } from './markdown.ts';

const HOSTILE = `</pre><script>alert(1)</script><img src=x onerror="alert(1)"> & 'a' \`\`\` \u0000 | # $x$`;
const document: Document = [
  { kind: 'heading', level: 2, text: HOSTILE },
  { kind: 'text', text: HOSTILE },
  { kind: 'list', items: [HOSTILE] },
  { kind: 'table', columns: [{ title: HOSTILE, numeric: true }], rows: [[HOSTILE]] },
  { kind: 'verbatim', title: HOSTILE, text: HOSTILE },
  { kind: 'beside', texts: [{ title: HOSTILE, text: HOSTILE }] },
];

function evaluation(step: number, value: number): EvaluationSummary {
  const accuracy = { value, low: value - 0.05, high: value + 0.05 };
  return { step, split: 'validation', problems: 1319, samples: 1, correct: 10, accuracy };
}

test('HTML has no tag, and nothing that is loaded, but what it is made of', () => {
  const html = asHtml(HOSTILE, document);
  assert.doesNotMatch(html, /<script|<img|onerror="|<\/pre><(?!\/figure>)|\u0000/);
  assert.doesNotMatch(html, /(?:src|href)=["']|url\(|@import/);
  assert.equal(html.split('&lt;script&gt;').length - 1, 10);
  assert.match(html, /default-src 'none'/);
});

test('escaped text has no character that HTML reads', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      assert.doesNotMatch(escaped(text), /[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
    }),
  );
});

test('Markdown shows texts as they are', () => {
  assert.equal(inline('a | b\n*c* [d](e) <f> `g` #h'), 'a \\| b \\*c\\* \\[d\\](e) \\<f\\> \\`g\\` \\#h');
  assert.equal(inline('1. first'), '\\1. first');
  const text = asMarkdown([{ kind: 'verbatim', title: 'Before', text: 'a\n```\nb' }]);
  assert.equal(text, 'Before\n\n````text\na\n```\nb\n````\n');
  const beside = asMarkdown([
    {
      kind: 'beside',
      texts: [
        { title: 'Before', text: 'a' },
        { title: 'After', text: 'b' },
      ],
    },
  ]);
  assert.equal(beside, 'Before\n\n```text\na\n```\n\nAfter\n\n```text\nb\n```\n');
  assert.doesNotMatch(asMarkdown(document.slice(0, 4)), /(?<!\\)[<|](?:script|img)/);
});

test('the table for a paper', () => {
  assert.equal(
    latexText('50% of $a_b & c\\d ~ {e}'),
    '50\\% of \\$a\\_b \\& c\\textbackslash{}d \\textasciitilde{} \\{e\\}',
  );
  const table = latexTable([{ name: 'gsm8k_small', evaluation: evaluation(1200, 0.441) }], 'Accuracy.');
  assert.match(table, /gsm8k\\_small & validation & 1,200 & 1,319 & 44\.1 & \[39\.1, 49\.1\] \\\\/);
});

test('the curve has a point for each evaluation, within the drawing', () => {
  const svg = accuracyCurve([evaluation(0, 0.05), evaluation(50, 0.5), evaluation(100, 0.9)]);
  assert.equal(svg.split('<circle').length - 1, 3);
  const xs = Array.from(svg.matchAll(/cx="([\d.]+)"/g), ([, x]) => Number(x));
  assert.deepEqual(xs, [64, 344, 624]);
  assert.match(svg, /<title>step 50: 50\.0 % \(45\.0 % to 55\.0 %\)<\/title>/);
  assert.doesNotMatch(accuracyCurve([evaluation(0, 0.5)]), /NaN|Infinity/);
});
