/**
 * An engine to be ended by the tests of `processes.test.ts`: it scores a completion whose reward hangs, until its input ends or it is
 * killed. Argument: bundle folder.
 */
import { once } from 'node:events';
import { itemsOf, startHostile } from './support.ts';

const [outDir = ''] = process.argv.slice(2);
const grader = await startHostile(outDir, [{ function: 'hangsAndSaysSo' }]);
void grader.score({ reward: 'hangsAndSaysSo', items: itemsOf(['x']) });
await once(process.stdin.resume(), 'end');
process.exit(0);
