/**
 * The terminal door, `rlvr`: wires the process (arguments, streams, signals, exit code) to `dispatch`. What a command needs beyond
 * that is loaded when the command runs.
 */
import { EXIT, type CommandIO } from './cli/command.ts';
import { commands } from './cli/commands.ts';
import { dispatch, reportError } from './cli/dispatch.ts';
import { StopRequest } from './process/stopRequest.ts';

/** One Ctrl-C arrives twice under npm and npx, which pass on the signal that the terminal has already given to all. */
const SAME_KEYPRESS_MS = 250;

const stop = new StopRequest(() => {
  process.stderr.write(
    'Stopped in the middle of it; a run that had begun continues with: rlvr train --resume <run folder>\n',
  );
  process.exit(EXIT.stopped);
});
const io: CommandIO = {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
  env: process.env,
  cwd: process.cwd(),
};

let firstSignalAt: number | null = null;
function onSignal(): void {
  const now = performance.now();
  if (firstSignalAt !== null && now - firstSignalAt > SAME_KEYPRESS_MS) process.exit(EXIT.stopped);
  firstSignalAt ??= now;
  stop.make();
}
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Nobody reads any more (`rlvr runs | head -1`): no error, but no reason to go on either.
    if (error.code === 'EPIPE') stop.make();
    else throw error;
  });
}

process.on('uncaughtException', (error) => {
  process.exit(reportError(error, io, { json: process.argv.includes('--json') }));
});

const code = await dispatch(process.argv.slice(2), commands, io);
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
);
// What a command may have left open must not keep a script waiting; children end with this process.
process.exit(code);
