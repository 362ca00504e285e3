/** An engine to be ended by the tests of `python.test.ts`: its reward in Python hangs. Argument: "close" to close it when a file `close` is there. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openScorer } from '../../src/engine/reward/scorer.ts';
import { until } from '../support/processes.ts';
import { fixtures } from './support.ts';

const [how] = process.argv.slice(2);
const temporary = os.tmpdir();
const scorer = await openScorer({
  rewards: [
    { file: 'hostile.py', function: 'hangs_and_says_so', weight: 1, timeout: 60, per: 'completion', options: {} },
  ],
  baseDir: fixtures,
  outDir: path.join(temporary, 'bundles'),
  onWarning: () => {},
});
const scored = scorer.score([{ row: { answer: '7' }, prompt: 'p', completions: [{ text: 'x', tokens: 1 }] }]);
scored.catch(() => {});
if (how === 'close') {
  await until(() => fs.existsSync(path.join(temporary, 'close')));
  await scorer.close();
  process.exit(0);
}
