/** The engine's door, but one that waits less: for a hello, and for an editor that reloads its window. */
import { Engine } from '../../src/engine/main/engine.ts';

const engine = new Engine(process.argv[2] ?? '', { hello: 1500, reload: 2000 });
process.exit(await engine.run());
