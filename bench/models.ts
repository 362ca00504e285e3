/** What models of known shapes take in memory, against what is forecast of them: `npm run bench:models [-- row ...]`. */
import { join } from 'node:path';
import { renderTable, type Column } from '../src/engine/cli/table.ts';
import { UsageError } from '../src/engine/protocol/errors.ts';
import { runDoor } from './door.ts';
import { withModelRow } from './models/folder.ts';
import { forecastOf } from './models/forecast.ts';
import { MODEL_ROWS, type ModelRow } from './models/shapes.ts';
import { WorkerProcess, type WorkerCommand } from './speed/workerProcess.ts';

const USAGE = `Usage: npm run bench:models -- [row ...]

  Rows: ${MODEL_ROWS.map(({ name }) => name).join(', ')}; all unless named.

Exit code 1 where a row takes more memory than was promised.`;

const WIDTH = 120;
const GIGA = 1e9;

interface ModelResult {
  readonly row: ModelRow;
  /** null where the system does not say it. */
  readonly peakBytes: number | null;
  /** null where nothing is trained. */
  readonly forecast: number | null;
  readonly seconds: number;
}

const gigabytes = (bytes: number | null): string => (bytes === null ? '-' : (bytes / GIGA).toFixed(2));

const COLUMNS: readonly Column<ModelResult>[] = [
  { title: 'row', cell: ({ row }) => row.name },
  { title: 'work', cell: ({ row }) => row.work },
  { title: 'peak GB', cell: ({ peakBytes }) => gigabytes(peakBytes), align: 'right' },
  { title: 'forecast', cell: ({ forecast }) => gigabytes(forecast), align: 'right' },
  {
    title: 'off by',
    cell: ({ peakBytes, forecast }) =>
      peakBytes === null || forecast === null ? '' : `${Math.round(100 * (forecast / peakBytes - 1))} %`,
    align: 'right',
  },
  { title: 'wall s', cell: ({ seconds }) => seconds.toFixed(0), align: 'right' },
  { title: 'kept', cell: (result) => (result.row.memoryLimit === undefined ? '' : isKept(result) ? 'yes' : 'NO') },
];

function isKept({ row: { memoryLimit = Infinity }, peakBytes }: ModelResult): boolean {
  return (peakBytes ?? 0) <= memoryLimit;
}

async function main(): Promise<boolean> {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => MODEL_ROWS.every((row) => row.name !== name));
  if (unknown !== undefined) throw new UsageError(`There is no row "${unknown}".`);
  const results: ModelResult[] = [];
  for (const row of MODEL_ROWS) {
    if (names.length > 0 && !names.includes(row.name)) continue;
    results.push(await withModelRow(row, (folder) => measure(row, folder)));
    console.log(`${row.name} done`);
  }
  for (const line of renderTable(COLUMNS, results, WIDTH)) console.log(line);
  return results.every(isKept);
}

async function measure(row: ModelRow, folder: string): Promise<ModelResult> {
  const forecast = row.work === 'step' ? await forecastOf(folder) : null;
  const worker = await WorkerProcess.open(commandOf(row, folder));
  try {
    const { peakBytes, measurements } = await worker.round();
    return { row, peakBytes, forecast, seconds: measurements[0]?.wall_s ?? NaN };
  } finally {
    await worker.close();
  }
}

/** Forms in few bits are written into the folder, and go with it. */
function commandOf({ work }: ModelRow, folder: string): WorkerCommand {
  const door = join(import.meta.dirname, 'models/worker.ts');
  return {
    program: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', door, folder, work],
    environment: { XDG_CACHE_HOME: folder },
  };
}

await runDoor(USAGE, main);
