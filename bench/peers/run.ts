/**
 * Ours against transformers, torch with PEFT, and TRL, on the same model and prompts: `npm run bench:peers [-- row ...]`. Each program is
 * a process of its own; they take turns, so that what else the machine does falls on all alike.
 */
import { renderTable, type Column } from '../../src/engine/cli/table.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { runDoor } from '../door.ts';
import { SPEED_USAGE, speedArguments } from '../speed/arguments.ts';
import { withAssets } from '../speed/assets.ts';
import { interleaved } from '../speed/interleave.ts';
import { ourWorker } from '../speed/ourWorker.ts';
import { findPeers, peerWorker } from './python.ts';
import { peerResult, type PeerResult, type Side } from './ratios.ts';
import { PEER_ROWS } from './rows.ts';

const USAGE = `Usage: npm run bench:peers -- [row ...] [options]

${PEER_ROWS.map(({ name, title }) => `  ${name.padEnd(14)}  ${title}`).join('\n')}

${SPEED_USAGE}`;

const WIDTH = 160;
const UNKNOWN = '-';

const COLUMNS: readonly Column<PeerResult>[] = [
  { title: 'row', cell: ({ row }) => row },
  { title: 'against', cell: ({ peer }) => peer },
  { title: 'ours CPU-s', cell: ({ ours }) => number(ours.cpu_s), align: 'right' },
  { title: 'theirs', cell: ({ theirs }) => number(theirs.cpu_s), align: 'right' },
  { title: 'ours wall s', cell: ({ ours }) => number(ours.wall_s), align: 'right' },
  { title: 'theirs', cell: ({ theirs }) => number(theirs.wall_s), align: 'right' },
  { title: 'tokens', cell: ({ ours, theirs }) => tokens(ours, theirs), align: 'right' },
  { title: 'times by CPU-s', cell: ({ cpu_ratio }) => number(cpu_ratio), align: 'right' },
  { title: 'by the clock', cell: ({ wall_ratio }) => number(wall_ratio), align: 'right' },
  { title: 'must reach', cell: ({ at_least }) => (at_least === null ? '' : String(at_least)), align: 'right' },
  {
    title: 'peak GB',
    cell: ({ ours, theirs }) => `${number(ours.peak_gb)} : ${number(theirs.peak_gb)}`,
    align: 'right',
  },
  { title: 'times', cell: ({ memory_ratio }) => number(memory_ratio), align: 'right' },
  {
    title: 'must reach',
    cell: ({ memory_at_least }) => (memory_at_least === null ? '' : String(memory_at_least)),
    align: 'right',
  },
];

function number(value: number | null): string {
  return value === null ? UNKNOWN : value.toPrecision(3);
}

function tokens(ours: Side, theirs: Side): string {
  return ours.tokens === theirs.tokens ? String(ours.tokens) : `${ours.tokens} : ${theirs.tokens}`;
}

async function main(): Promise<boolean> {
  const { rows, rounds, device, threads, newTokens, json } = speedArguments(process.argv.slice(2), PEER_ROWS);
  // A ratio of ours on a card to theirs on the CPU would be read as one of programs.
  if (device !== 'cpu')
    throw new UserError(
      `bench:peers holds programs against each other on the CPU alone: leave out --device ${device}. "npm run bench" measures ours on a device.`,
    );
  const { python, missing } = await findPeers();
  if (missing !== null) {
    console.log(`Skipped: ${missing}`);
    return true;
  }
  const results: PeerResult[] = [];
  await withAssets(async (assets) => {
    for (const row of rows) {
      const options = { ...row.options, device, threads, newTokens: newTokens ?? row.options.newTokens };
      const peers = row.peers.map((peer) => peerWorker(python, { peer, row, assets }, options));
      const [ours = [], ...theirs] = await interleaved([ourWorker(row.ours, assets, options), ...peers], rounds);
      for (const [index, peer] of row.peers.entries()) {
        const result = peerResult(row, peer, { ours, theirs: theirs[index] ?? [] });
        results.push(result);
        if (json) console.log(JSON.stringify(result));
      }
      if (!json) console.log(`${row.name}: ${row.title}: done`);
    }
  });
  if (json) console.log(JSON.stringify({ versions: python.versions }));
  else printTable(results, python.versions);
  return true;
}

function printTable(results: readonly PeerResult[], versions: Readonly<Record<string, string>>): void {
  for (const line of renderTable(COLUMNS, results, WIDTH)) console.log(line);
  for (const { row, peer, ours, theirs } of results)
    if (ours.whole_cpu_s !== undefined)
      console.log(
        `${row}: extrapolated from ${tokens(ours, theirs)} tokens to the whole work, ours ${number(ours.whole_cpu_s)} CPU-s, ` +
          `${peer} ${number(theirs.whole_cpu_s ?? null)}.`,
      );
  console.log(
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  );
}

await runDoor(USAGE, main);
