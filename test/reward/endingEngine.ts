/** An engine to be ended by the tests of `processes.test.ts`: it scores a completion whose reward hangs. Arguments: bundle folder, file for the grader's id, "exit" to exit by itself. */
import fs from 'node:fs';
import { until } from '../support/processes.ts';
import { itemsOf, startHostile } from './support.ts';

const [outDir = '', pidFile = '', how] = process.argv.slice(2);
const grader = await startHostile(outDir, [{ function: 'hangsAndSaysSo' }]);
void grader.score({ reward: 'hangsAndSaysSo', items: itemsOf(['x'], { pidFile }) });
if (how === 'exit') {
  await until(() => fs.existsSync(pidFile));
  process.exit(0);
}
