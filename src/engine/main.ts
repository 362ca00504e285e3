/**
 * The editor's door: an engine that is started detached, with its own folder as the one argument, and spoken to over a local socket.
 * `protocol/link.ts` says what is in the folder and what is spoken.
 */
import { Engine } from './main/engine.ts';
import { writeEnd } from './main/sessionFolder.ts';
import { UserError } from './protocol/errors.ts';

const [dir] = process.argv.slice(2);
if (dir === undefined) {
  console.error('Engines are started by the editor, with their folder. In a terminal: rlvr train');
  process.exit(2);
}

function open(dir: string): Engine {
  try {
    return new Engine(dir);
  } catch (error) {
    console.error(error instanceof UserError ? error.message : error);
    writeEnd(dir, { outcome: 'failed', message: error instanceof Error ? error.message : String(error), runDir: null });
    process.exit(1);
  }
}

const engine = open(dir);

process.on('uncaughtException', (error) => void engine.fail(error).then((code) => process.exit(code)));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => engine.stop());
// It has no terminal, and its editor may have had one.
process.on('SIGHUP', () => {});

// What may have been left open must not keep it; children end with this process.
process.exit(await engine.run());
