import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawPanels } from './plot.ts';

test('points stand where their numbers say, and text is text', () => {
  const drawing = drawPanels([
    {
      title: 'a < b',
      xLabel: 'x',
      yLabel: 'y',
      points: [
        { x: 0, y: 0 },
        { x: 10, y: 10 },
      ],
      line: { intercept: 0, slope: 1, r2: 1 },
      remark: '"all"',
    },
  ]);
  // Corners of the panel: margins 52, 16, 44 and 40 of 320 by 240, with a tenth of room above.
  assert.match(drawing, /<circle cx="52" cy="200" r="3"\/>/);
  assert.match(drawing, /<circle cx="304" cy="58.18" r="3"\/>/);
  assert.match(drawing, /a &lt; b/);
  assert.match(drawing, /aria-label="a &lt; b: &quot;all&quot;"/);
});
