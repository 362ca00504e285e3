/** The table of what fits where, in a terminal. */
import { totalmem } from 'node:os';
import { fitRows, fitWords, usualMachines, type FitRow } from '../analysis/models/modelFit.ts';
import type { ModelDescription } from '../protocol/modelDescription.ts';
import type { OutputStream } from './command.ts';
import { printJson } from './json.ts';
import { renderTable, type Column } from './table.ts';
import { wrap } from './text.ts';

const COLUMNS: readonly Column<FitRow>[] = [
  { title: 'memory of', cell: ({ machine }) => machine },
  { title: 'LoRA on float32', cell: ({ float32 }) => float32 },
  { title: 'on int8', cell: ({ int8 }) => int8 },
  { title: 'on int4', cell: ({ int4 }) => int4 },
  { title: 'all weights', cell: ({ full }) => full },
];

export function printModelFit(memory: ModelDescription['memory'], stdout: OutputStream, json: boolean): void {
  const machines = usualMachines(totalmem());
  const rows = fitRows(memory, machines);
  if (json) {
    for (const [index, row] of rows.entries())
      printJson(stdout, { event: 'fit', ...row, bytes: machines[index]?.bytes });
    return;
  }
  const width = stdout.columns ?? Infinity;
  for (const line of renderTable(COLUMNS, rows, width)) stdout.write(`${line}\n`);
  for (const line of fitWords(memory).flatMap((words) => wrap(words, width))) stdout.write(`${line}\n`);
}
