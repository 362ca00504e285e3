/** `rlvr doctor`: whether the engine can work here, what it found, and what to do about what it did not. */
import { resolve } from 'node:path';
import { machineChecks } from '../doctor/machineChecks.ts';
import type { MachineCheck } from '../protocol/link.ts';
import { RUNS_FOLDER } from '../run/runsFolder.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { printJson } from './json.ts';
import { printModelFit } from './modelFitTable.ts';
import { printable, renderLine, usesColor, wrap, type Span, type Style } from './text.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check that training works on this machine, and what it can use',
  usage: `rlvr doctor [--model MODEL] [--json]

  --model MODEL   only say what of training this model fits where, from its config.json: a folder, or owner/name of the hub
                  that is on this machine
  --json          one JSON object per check, or row of the table, and line

Exits with 1 when something is missing without which no run works.`,

  async run(args, io) {
    const { values } = parseArguments(args, {
      options: { model: { type: 'string' }, json: { type: 'boolean', default: false } },
      positionals: [],
    });
    if (values.model !== undefined) {
      await fitOf(values.model, io, values.json);
      return EXIT.done;
    }
    const color = usesColor(io.stdout, io.env);
    const statuses = new Set<MachineCheck['status']>();
    for await (const check of machineChecks({ cwd: io.cwd, runsDir: resolve(io.cwd, RUNS_FOLDER) })) {
      statuses.add(check.status);
      if (values.json) printJson(io.stdout, { event: 'check', ...check });
      else
        for (const line of lines(check, io.stdout.columns ?? Infinity))
          io.stdout.write(`${renderLine(line, Infinity, color)}\n`);
    }
    return statuses.has('fail') ? EXIT.failed : EXIT.done;
  },
};

/** @throws UserError where there is no such model, or it could not be trained */
async function fitOf(model: string, { cwd, env, stdout }: CommandIO, json: boolean): Promise<void> {
  const [{ findModel }, { forecastOfFolder }] = await Promise.all([
    import('../model/findModel.ts'),
    import('../model/memoryForecast.ts'),
  ]);
  const { path } = await findModel(model, cwd, env);
  printModelFit(await forecastOfFolder(path), stdout, json);
}

const MARKS: Readonly<Record<MachineCheck['status'], { readonly text: string; readonly style: Style }>> = {
  ok: { text: 'ok', style: 'green' },
  absent: { text: '-', style: 'dim' },
  warn: { text: 'warn', style: 'yellow' },
  fail: { text: 'FAIL', style: 'red' },
};

/** Cells before what was found. */
const INDENT = 20;

function lines({ name, status, detail, advice }: MachineCheck, width: number): Span[][] {
  const { text, style } = MARKS[status];
  const [first = '', ...rest] = [detail, ...(advice === null ? [] : [advice])].flatMap((part) =>
    wrap(printable(part), width - INDENT),
  );
  return [
    [{ text: text.padEnd(6), style }, { text: name.padEnd(INDENT - 6), style: 'bold' }, { text: first }],
    ...rest.map((line) => [{ text: ' '.repeat(INDENT) + line }]),
  ];
}
