/** An engine to be ended by the tests of `processes.test.ts`: it scores a completion whose reward hangs. Arguments: bundle folder, temporary folder, "exit" to exit by itself. */
import fs from 'node:fs';
import path from 'node:path';
import { until } from '../support/processes.ts';
import { itemsOf, startHostile } from './support.ts';

const [outDir = '', temporary = '', how] = process.argv.slice(2);
const grader = await startHostile(outDir, [{ function: 'hangsAndSaysSo' }]);
void grader.score({ reward: 'hangsAndSaysSo', items: itemsOf(['x']) });
if (how === 'exit') {
  await until(() => fs.readdirSync(temporary).some((name) => fs.existsSync(path.join(temporary, name, 'pid'))));
  process.exit(0);
}
