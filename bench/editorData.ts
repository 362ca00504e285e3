/**
 * Makes the runs that the editor is measured with: `node bench/editorData.ts FOLDER [metrics] [completions]`. `FOLDER/metrics` has
 * 1,000,000 steps of 12 metrics, `FOLDER/completions` 500,000 completions. The same bytes every time, clock times apart.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeCompletionsRun, writeMetricsRun } from './editorData/runs.ts';

const KINDS = { metrics: writeMetricsRun, completions: writeCompletionsRun };

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Name the folder to make them in: node bench/editorData.ts FOLDER [metrics] [completions]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (const [kind, write] of Object.entries(KINDS)) {
  if (wanted.length > 0 && !wanted.includes(kind)) continue;
  const start = performance.now();
  write(join(folder, kind));
  console.log(`${kind}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
