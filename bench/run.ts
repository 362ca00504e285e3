/** How fast the engine is here, and how much of the machine it makes use of: `npm run bench [-- row ...]`. */
import { renderTable, type Column } from '../src/engine/cli/table.ts';
import { runDoor } from './door.ts';
import { DEVICE_USAGE, SPEED_USAGE, speedArguments } from './speed/arguments.ts';
import { withAssets } from './speed/assets.ts';
import { interleaved } from './speed/interleave.ts';
import { rateOf } from './speed/ofMachine.ts';
import { ourWorker } from './speed/ourWorker.ts';
import { medianOrNull, pick, rounded, speedResults, type SpeedResult } from './speed/report.ts';
import { SPEED_ROWS } from './speed/rows.ts';
import type { Round } from './speed/workerProcess.ts';
import { median } from './editor/numbers.ts';

const USAGE = `Usage: npm run bench -- [row ...] [options]

  Rows: ${SPEED_ROWS.map(({ name }) => name).join(', ')}; those without float16 unless named.
${DEVICE_USAGE}
${SPEED_USAGE}

Exit code 1 where a row takes more memory than was promised.`;

/** Wide enough for every column: benchmarks are also read from files. */
const WIDTH = 160;
const UNKNOWN = '-';
const GIGA = 1e9;

const COLUMNS: readonly Column<SpeedResult>[] = [
  { title: 'row', cell: ({ row }) => row },
  { title: 'work', cell: ({ work }) => work },
  { title: 'device', cell: ({ device }) => device ?? UNKNOWN },
  { title: 'tokens', cell: ({ tokens }) => String(tokens), align: 'right' },
  { title: 'trained', cell: ({ trained_tokens }) => text(trained_tokens), align: 'right' },
  { title: 'wall s', cell: ({ wall_s }) => text(wall_s), align: 'right' },
  { title: 'CPU-s', cell: ({ cpu_s }) => text(cpu_s), align: 'right' },
  { title: 'tokens/s', cell: ({ tokens_per_s }) => text(tokens_per_s), align: 'right' },
  { title: 'tokens/CPU-s', cell: ({ tokens_per_cpu_s }) => text(tokens_per_cpu_s), align: 'right' },
  { title: 'of the machine, by the clock', cell: ({ share_wall }) => percent(share_wall), align: 'right' },
  { title: 'by CPU-s', cell: ({ share_cpu }) => percent(share_cpu), align: 'right' },
  { title: 'in', cell: ({ of }) => of ?? '' },
  { title: 'peak GB', cell: ({ peak_gb }) => text(peak_gb), align: 'right' },
  { title: 'kept', cell: ({ memory_kept }) => (memory_kept === undefined ? '' : memory_kept ? 'yes' : 'NO') },
];

function text(value: number | null | undefined): string {
  return value === undefined ? '' : value === null ? UNKNOWN : String(rounded(value));
}

function percent(share: number | null | undefined): string {
  return share === undefined ? '' : share === null ? UNKNOWN : `${Math.round(100 * share)} %`;
}

/** What the machine could do meanwhile. */
interface MachineRate {
  readonly machine: string;
  readonly unit: 'GB' | 'GFLOP';
  readonly per_s: number;
  readonly per_cpu_s: number | null;
}

function machineRates(machine: readonly Round[]): MachineRate[] {
  const units = { 'memory bandwidth': 'GB', 'matrix rate': 'GFLOP' } as const;
  return Object.entries(units).map(([work, unit]) => {
    const rates = machine.map((round) => rateOf(pick(round, work)));
    return {
      machine: work,
      unit,
      per_s: rounded(median(rates.map(({ wall }) => wall / GIGA))),
      per_cpu_s: medianOrNull(rates.map(({ cpu }) => (cpu === null ? null : cpu / GIGA))),
    };
  });
}

async function main(): Promise<boolean> {
  const { rows, rounds, device, threads, newTokens, json } = speedArguments(process.argv.slice(2), SPEED_ROWS);
  const results: SpeedResult[] = [];
  const machine: Round[] = [];
  await withAssets(async (assets) => {
    for (const row of rows) {
      const options = { ...row.options, device, threads, newTokens: newTokens ?? row.options.newTokens };
      const commands = [ourWorker('machine', assets, options), ourWorker(row.work, assets, options)];
      const [beside = [], ours = []] = await interleaved(commands, rounds);
      machine.push(...beside);
      const found = speedResults({ ...row, options }, { ours, machine: beside });
      results.push(...found);
      if (json) for (const result of found) console.log(JSON.stringify(result));
      else console.log(`${row.name} done`);
    }
  });
  const limits = machineRates(machine);
  if (json) for (const limit of limits) console.log(JSON.stringify(limit));
  else printTable(results, limits);
  return results.every(({ memory_kept }) => memory_kept !== false);
}

function printTable(results: readonly SpeedResult[], limits: readonly MachineRate[]): void {
  for (const line of renderTable(COLUMNS, results, WIDTH)) console.log(line);
  for (const { machine, unit, per_s, per_cpu_s } of limits)
    console.log(`${machine}: ${per_s} ${unit}/s by the clock, ${text(per_cpu_s)} for a second of processor time`);
}

await runDoor(USAGE, main);
