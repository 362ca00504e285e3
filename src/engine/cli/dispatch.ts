/** From the arguments of the program to a command and its exit code; every error ends here, as text and with `--json` as an object. */
import { UsageError, UserError } from '../protocol/errors.ts';
import { nearest } from '../protocol/nearest.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { printJson } from './json.ts';
import { nodeProblem } from '../doctor/nodeVersion.ts';
import { VERSION } from './version.ts';

/** Says what is wrong with the installation, so it must run where the others cannot. */
const RUNS_ON_ANY_NODE = 'doctor';

/** Runs `rlvr <args>`. Never throws. */
export async function dispatch(
  args: readonly string[],
  commands: readonly Command[],
  io: CommandIO,
  nodeVersion: string = process.versions.node,
): Promise<number> {
  const options = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
  const asksForHelp = options.includes('--help') || options.includes('-h');
  const [name, ...rest] = args;
  let command: Command | undefined;
  try {
    if (name === '--version' || name === '-v') {
      io.stdout.write(`${VERSION}\n`);
      return EXIT.done;
    }
    const wanted = name === 'help' ? rest[0] : name;
    if (wanted === undefined || wanted.startsWith('-')) {
      if (!asksForHelp && name !== 'help') throw noCommand(name);
      io.stdout.write(overview(commands));
      return EXIT.done;
    }
    command = find(wanted, commands);
    if (asksForHelp || name === 'help') {
      io.stdout.write(`${command.summary}.\n\n${usageOf(command)}\n`);
      return EXIT.done;
    }
    const problem = command.name === RUNS_ON_ANY_NODE ? null : nodeProblem(nodeVersion);
    if (problem !== null) throw new UserError(problem);
    return await command.run(rest, io);
  } catch (error) {
    return reportError(error, io, { json: options.includes('--json'), command });
  }
}

/** Prints what went wrong and returns the exit code for it. @param run of several at once, the one that failed */
export function reportError(
  error: unknown,
  io: Pick<CommandIO, 'stdout' | 'stderr'>,
  {
    json,
    command,
    run,
  }: { readonly json: boolean; readonly command?: Command | undefined; readonly run?: string | undefined },
): number {
  const message = error instanceof Error ? error.message : String(error);
  if (json) printJson(io.stdout, { event: 'error', message, ...(run === undefined ? {} : { run }) });
  if (error instanceof UsageError) {
    io.stderr.write(
      `rlvr: ${message}\n\n${command === undefined ? 'For the commands: rlvr --help' : usageOf(command)}\n`,
    );
    return EXIT.usage;
  }
  if (error instanceof UserError) {
    io.stderr.write(`rlvr: ${message}\n`);
    return EXIT.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  io.stderr.write(
    `${stack}\n\nThis is an error in rlvr ${VERSION}, not in your input. Please report it with the lines above, the command, ` +
      'and the output of: rlvr doctor --json\n',
  );
  return EXIT.failed;
}

function usageOf({ usage }: Command): string {
  return `Usage: ${usage}`;
}

function find(name: string, commands: readonly Command[]): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const names = commands.map((candidate) => candidate.name);
  const suggestion = nearest(name, names);
  const hint = suggestion === undefined ? `Commands are ${names.join(', ')}.` : `Did you mean "${suggestion}"?`;
  throw new UsageError(`Unknown command "${name}". ${hint}`);
}

function noCommand(option: string | undefined): UsageError {
  return new UsageError(
    option === undefined ? 'The command is missing.' : `Unknown option ${option} before a command.`,
  );
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
  return `Reinforcement learning with verifiable rewards, on ONNX Runtime.

Usage: rlvr <command> [options]

${list}

  rlvr <command> --help   what a command takes
  rlvr --version          the version

With --json a command prints one JSON object per line. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped.
`;
}
