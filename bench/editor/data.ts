/** The runs that panels are measured with: made once, and kept. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeCompletionsRun, writeMetricsRun } from '../editorData/runs.ts';
import { kept, runsOf } from './room.ts';

/** A workspace folder whose one run has 1,000,000 steps of 12 metrics. */
export function metricsFolder(): string {
  return folderWith('metrics', '20260101-120000-aaaa', writeMetricsRun);
}

/** A workspace folder whose one run has 500,000 completions. */
export function completionsFolder(): string {
  return folderWith('completions', '20260101-120000-bbbb', writeCompletionsRun);
}

function folderWith(name: string, id: string, write: (dir: string) => void): string {
  const folder = path.join(kept, name);
  const run = path.join(runsOf(folder), id);
  const unfinished = `${folder}.unfinished`;
  if (existsSync(run)) return folder;
  console.log(`Making ${run}: a minute or two, once.`);
  rmSync(unfinished, { recursive: true, force: true });
  write(unfinished);
  renameSync(unfinished, run);
  return folder;
}
