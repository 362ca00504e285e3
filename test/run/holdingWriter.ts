/** Opens the run named by its argument for writing, writes a step, says so, and holds it until killed. */
import { RunWriter } from '../../src/engine/run/writer.ts';
import { stepRecord } from './samples.ts';

const [dir = ''] = process.argv.slice(2);
const writer = RunWriter.open(dir);
writer.writeStep(stepRecord(1));
process.send?.('holding');
process.on('disconnect', () => writer.close());
