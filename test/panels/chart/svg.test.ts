import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING, type AxisFormats, type Line } from '../../../src/webview/chart/content.ts';
import { svgPicture } from '../../../src/webview/chart/svg.ts';
import type { Theme } from '../../../src/webview/chart/themeColours.ts';
import { plainText, stepTicks, wholeText } from '../../../src/webview/chart/ticks.ts';

const THEME: Theme = {
  ...{
    background: 'white',
    text: 'black',
    quietText: 'grey',
    gridLine: 'silver',
    fontFamily: '"A <font>", serif',
    strength: 1,
  },
  colours: {
    ...{ blue: 'blue', orange: 'orange', green: 'green', purple: 'purple', red: 'red', yellow: 'yellow' },
    foreground: 'black',
  },
};
const AXIS = { format: plainText, least: -Infinity, greatest: Infinity, include: [] };
const FORMATS: AxisFormats = { x: { ticks: stepTicks, format: wholeText }, left: AXIS, right: AXIS };
const SCALE = { min: 0, max: 10, log: false };
const SIZE = { width: 400, height: 200 };
const line = (changes: Partial<Line>): Line => ({
  ...{ colour: 'blue', side: 'left', dash: 'solid', width: 2, opacity: 1, dots: false, x: [0, 5, 10], y: [0, 10, 5] },
  ...changes,
});

function picture(lines: readonly Line[], title = 'Reward', log = false): string {
  const left = log ? { min: 1, max: 10, log } : SCALE;
  return svgPicture(
    { title, subtitle: 'a run', legend: [{ label: 'Reward', colour: 'blue', dash: 'solid' }] },
    { ...NOTHING, lines },
    { x: SCALE, left, right: SCALE },
    FORMATS,
    THEME,
    SIZE,
  ).svg;
}

test('a curve, its axes and its legend', () => {
  const svg = picture([line({ dash: 'dashed' })]);
  assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="412" height="\d+" viewBox/);
  assert.match(svg, /<path d="M54 [\d.]+L221 [\d.]+L388 [\d.]+"[^>]*stroke="blue"[^>]*stroke-dasharray="6 3"/);
  for (const text of ['Reward', 'a run', '10']) assert.ok(svg.includes(`>${text}</text>`), text);
});

test('names cannot break out of the text they are', () => {
  const svg = picture([], '</text><script>alert(1)</script>&"\u0000\ud800');
  assert.ok(!svg.includes('<script>'));
  assert.ok(svg.includes('&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;\ufffd\ufffd'));
  assert.ok(svg.includes('font-family="&quot;A &lt;font&gt;&quot;, serif"'));
});

test('what has no place on a logarithmic axis is left out', () => {
  const svg = picture([line({ y: [0, 10, 1] })], 'Reward', true);
  assert.match(svg, /<path d="M221 [\d.]+L388 [\d.]+"/);
});
