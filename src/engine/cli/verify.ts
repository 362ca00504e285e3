/** `rlvr verify`: a model as this engine runs and trains it, against values of another implementation. */
import { resolve } from 'node:path';
import { shareOfTolerance, worstCheck, type Check, type NotCompared } from '../compute/verify/check.ts';
import type { VerifyReport } from '../compute/verify/verifyModel.ts';
import { deviceNames } from '../protocol/devices.ts';
import { UsageError } from '../protocol/errors.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type OutputStream } from './command.ts';
import { percent, plural } from '../words/format.ts';
import { printJson } from './json.ts';
import { renderTable, type Column } from './table.ts';
import { printable } from './text.ts';

/** Failed checks that are named one by one; a wrong weight makes nearly all fail. */
const MOST_FAILURES_NAMED = 20;

export const verify: Command = {
  name: 'verify',
  summary: 'Compare a model with reference values: logits, losses, gradients, optimiser steps',
  usage: `rlvr verify <model folder> [--adapter DIR] --reference FILE [--device NAME] [--json]

  --adapter DIR      a PEFT adapter: its matrices are trained in place of the model's weights
  --reference FILE   golden.safetensors, with golden.json beside it (docs/adding-an-architecture.md)
  --device NAME      what computes, as an experiment's "device" names it: ${deviceNames.join(', ')}
  --json             one JSON object per line: every check, what was not compared, a summary

Exits with 1 when a value is past its tolerance.`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, {
      options: {
        adapter: { type: 'string' },
        reference: { type: 'string' },
        device: { type: 'string', default: 'auto' },
        json: { type: 'boolean', default: false },
      },
      positionals: ['model folder'],
    });
    if (values.reference === undefined) throw new UsageError('The reference is missing: give --reference FILE.');
    const device = deviceNames.find((name) => name === values.device);
    if (device === undefined)
      throw new UsageError(`There is no device "${values.device}". Devices are ${deviceNames.join(', ')}.`);
    const inCwd = (path: string): string => resolve(io.cwd, path);
    const { verifyModel } = await import('../compute/verify/verifyModel.ts');
    try {
      const report = await verifyModel({
        model: inCwd(positionals[0]),
        adapter: values.adapter === undefined ? null : inCwd(values.adapter),
        reference: inCwd(values.reference),
        device,
        signal: io.signal,
      });
      if (values.json) printAsJson(report, io.stdout);
      else printAsText(report, io.stdout);
      return report.passed ? EXIT.done : EXIT.failed;
    } catch (error) {
      if (io.signal.aborted) return EXIT.stopped;
      throw error;
    }
  },
};

/** A difference that is not a number is `"worst": null`. */
function printAsJson({ checks, notCompared, ...report }: VerifyReport, stdout: OutputStream): void {
  for (const check of checks) printJson(stdout, { event: 'check', ...check });
  for (const entry of notCompared) printJson(stdout, { event: 'not_compared', ...entry });
  const failed = checks.filter(({ passed }) => !passed).length;
  printJson(stdout, { event: 'done', ...report, checks: checks.length, failed });
}

function printAsText(
  { architecture, rows, completionTokens, checks, notCompared }: VerifyReport,
  stdout: OutputStream,
): void {
  const say = (line: string): unknown => stdout.write(`${printable(line)}\n`);
  say(`${architecture}, ${plural(rows, 'row')} with ${plural(completionTokens, 'completion token')}`);
  for (const line of groupTable(checks)) say(line);
  for (const line of omissions(notCompared)) say(line);
  const failed = checks.filter(({ passed }) => !passed).toSorted((a, b) => shareOfTolerance(b) - shareOfTolerance(a));
  for (const { name, worst, tolerance, where } of failed.slice(0, MOST_FAILURES_NAMED))
    say(`FAILED ${name}: ${scientific(worst)}, tolerance ${scientific(tolerance)}, ${where}`);
  if (failed.length > MOST_FAILURES_NAMED) say(`and ${failed.length - MOST_FAILURES_NAMED} more`);
  const nearest = worstCheck(checks);
  if (failed.length > 0)
    say(`NOT verified: ${failed.length} of ${plural(checks.length, 'check')} are past their tolerance.`);
  else if (nearest)
    say(
      `Verified: ${plural(checks.length, 'check')}, all within their tolerance. ` +
        `The nearest to it is ${nearest.name}, at ${percent(shareOfTolerance(nearest))} of it.`,
    );
}

interface GroupRow {
  readonly title: string;
  readonly worst: Check;
}

const GROUP_COLUMNS: readonly Column<GroupRow>[] = [
  { title: '', cell: ({ worst }) => (worst.passed ? 'ok' : 'FAILED') },
  { title: 'compared', cell: ({ title }) => title },
  { title: 'worst', cell: ({ worst }) => scientific(worst.worst) },
  { title: 'tolerance', cell: ({ worst }) => scientific(worst.tolerance) },
  { title: 'where', cell: ({ worst }) => worst.where },
];

/** A line for each group: the check that is nearest to its tolerance. */
function groupTable(checks: readonly Check[]): string[] {
  const groups = [...groupBy(checks, ({ group }) => group)].flatMap(([group, members]): GroupRow[] => {
    const worst = worstCheck(members);
    return worst ? [{ title: members.length === 1 ? group : `${group} (${members.length})`, worst }] : [];
  });
  // In full, however wide: the last column names what is wrong.
  return renderTable(GROUP_COLUMNS, groups, Infinity);
}

/** What was not compared: a line for each reason, in which names that share their first part are counted. */
function omissions(notCompared: readonly NotCompared[]): string[] {
  return [...groupBy(notCompared, ({ reason }) => reason)].map(([reason, entries]) => {
    const names = groupBy(entries, ({ name }) => name.split('.', 1).join());
    const list = Array.from(names, ([first, [only, ...others]]) =>
      only && others.length === 0 ? only.name : `${first} (${others.length + 1})`,
    );
    return `Not compared, for ${reason}: ${list.join(', ')}`;
  });
}

/** `Map.groupBy`, which Node 20 does not have. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const members = groups.get(key);
    if (members) members.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function scientific(value: number): string {
  if (!Number.isFinite(value)) return 'no number';
  return value === 0 ? '0' : value.toExponential(1);
}
