/**
 * Cost against size: `npm run bench:scaling`. Processor time of a step against the tokens it generates (longer completions) and against
 * its completions (larger groups), and memory over 200 steps; drawn in `scaling.svg` beside this file.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { median } from './editor/numbers.ts';
import { fitLine, type Point } from './scaling/fit.ts';
import { drawPanels, type Panel } from './scaling/plot.ts';
import { runSteps, withDemoShape, type MeasuredStep } from './scaling/runs.ts';

const LENGTHS = [4, 8, 16, 24, 32];
const GROUP_SIZES = [2, 4, 8, 12, 16];
const MIDDLE = { groupSize: 8, newTokens: 16 };
/** Of each size; the first ones also load, evaluate and warm up. */
const STEPS = 10;
const SKIPPED = 2;
const MEMORY_STEPS = 200;
const SMALL = { groupSize: 2, newTokens: 8 };
/** By then every buffer has been as large as it gets. */
const SETTLED = 50;

/** The median step of a run of this size. */
async function step(model: string, size: { readonly groupSize: number; readonly newTokens: number }) {
  const steps = (await runSteps(model, { ...size, steps: STEPS })).slice(SKIPPED);
  const typical = (of: (step: MeasuredStep) => number): number => median(steps.map(of));
  const point = {
    cpuSeconds: typical(({ cpuSeconds }) => cpuSeconds),
    tokens: typical(({ tokens }) => tokens),
    completions: typical(({ completions }) => completions),
  };
  console.log(JSON.stringify({ ...size, ...point }));
  return point;
}

function linear(title: string, xLabel: string, points: readonly Point[]): Panel {
  const line = fitLine(points);
  return { title, xLabel, yLabel: 'CPU-s a step', points, line, remark: `R² ${line.r2.toFixed(4)}` };
}

function flat(steps: readonly MeasuredStep[]): Panel {
  const points = steps.map(({ bytes }, index) => ({ x: index + 1, y: bytes / 1e6 }));
  const line = fitLine(points.slice(SETTLED));
  const growth = line.slope * (MEMORY_STEPS - SETTLED);
  const remark = `${growth.toFixed(0)} MB from step ${SETTLED} on`;
  return {
    title: `Memory over ${MEMORY_STEPS} steps`,
    xLabel: 'step',
    yLabel: 'MB',
    points,
    line,
    remark,
    joined: true,
  };
}

await withDemoShape(async (model) => {
  const byLength: Point[] = [];
  for (const newTokens of LENGTHS) {
    const { tokens, cpuSeconds } = await step(model, { ...MIDDLE, newTokens });
    byLength.push({ x: tokens, y: cpuSeconds });
  }
  const byGroup: Point[] = [];
  for (const groupSize of GROUP_SIZES) {
    const { completions, cpuSeconds } = await step(model, { ...MIDDLE, groupSize });
    byGroup.push({ x: completions, y: cpuSeconds });
  }
  const panels = [
    linear('Time against tokens', 'tokens generated, by longer completions', byLength),
    linear('Time against completions', 'completions, by larger groups', byGroup),
    flat(await runSteps(model, { ...SMALL, steps: MEMORY_STEPS })),
  ];
  for (const { title, line, remark } of panels) console.log(JSON.stringify({ title, ...line, remark }));
  await writeFile(join(import.meta.dirname, 'scaling.svg'), drawPanels(panels));
});
