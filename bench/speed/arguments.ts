/** The command line of `npm run bench` and `npm run bench:peers`. */
import { parseArgs } from 'node:util';
import { deviceNames, type DeviceName } from '../../src/engine/protocol/devices.ts';
import { UsageError } from '../../src/engine/protocol/errors.ts';
import { count } from '../learn/arguments.ts';

export interface SpeedArguments<Row> {
  /** In the order of the table of rows. */
  readonly rows: readonly Row[];
  /** How often each worker has its turn. */
  readonly rounds: number;
  readonly device: DeviceName;
  readonly threads: number;
  /** New tokens of each completion; null leaves it to the row. */
  readonly newTokens: number | null;
  readonly json: boolean;
}

/** The options, as usage texts have them. */
export const SPEED_USAGE = `  --rounds N      turns of each program (3); the median counts
  --threads N     threads of each program (2)
  --tokens N      new tokens of each completion, in place of the row's own
  --json          one JSON object per line, in place of tables`;

export const DEVICE_USAGE = `  --device NAME   what computes (cpu): ${deviceNames.join(', ')}`;

/** @throws UsageError for an unknown row, option or number */
export function speedArguments<Row extends { readonly name: string; readonly onlyNamed?: true }>(
  args: readonly string[],
  rows: readonly Row[],
): SpeedArguments<Row> {
  const { values, positionals } = parsed(args);
  const names = rows.map(({ name }) => name);
  const unknown = positionals.find((word) => !names.includes(word));
  if (unknown !== undefined) throw new UsageError(`There is no row "${unknown}"; there are ${names.join(', ')}.`);
  const device = deviceNames.find((name) => name === (values.device ?? 'cpu'));
  if (device === undefined)
    throw new UsageError(`There is no device "${values.device}"; there are ${deviceNames.join(', ')}.`);
  return {
    device,
    rows: rows.filter(({ name, onlyNamed }) => (positionals.length === 0 ? !onlyNamed : positionals.includes(name))),
    rounds: count('rounds', values.rounds, 3),
    threads: count('threads', values.threads, 2),
    newTokens: values.tokens === undefined ? null : count('tokens', values.tokens, 1),
    json: values.json ?? false,
  };
}

function parsed(args: readonly string[]) {
  const number = { type: 'string' } as const;
  const options = {
    rounds: number,
    threads: number,
    tokens: number,
    device: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
