/** The engine's door, but one whose machine has its power from what a file in the engine's folder says, looked at often. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '../../src/engine/main/engine.ts';

const [, , dir = ''] = process.argv;

const engine = new Engine(dir, {
  powerLook: 50,
  powerSource: async () => {
    const text = await readFile(join(dir, 'power'), 'utf8').catch(() => '');
    return text === 'battery' || text === 'mains' ? text : null;
  },
});
process.exit(await engine.run());
