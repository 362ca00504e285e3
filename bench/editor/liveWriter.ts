/** A process that writes a run at a steady rate: `node bench/editor/liveWriter.ts RUN STEPS_PER_SECOND SECONDS`. */
import { setTimeout as delay } from 'node:timers/promises';
import { createLiveRun, liveStep } from '../editorData/runs.ts';
import { TextMaker } from '../editorData/words.ts';

const [dir, rate, seconds] = process.argv.slice(2);
if (dir === undefined || !(Number(rate) > 0) || !(Number(seconds) > 0))
  throw new Error('Say: node bench/editor/liveWriter.ts RUN STEPS_PER_SECOND SECONDS');
const interval = 1000 / Number(rate);

const writer = createLiveRun(dir);
const text = new TextMaker(1);
const start = performance.now();
let step = 0;
while (step < Number(rate) * Number(seconds)) {
  step++;
  writer.writeStep(liveStep(step, text));
  // A step that took long is made up for by the next ones.
  await delay(Math.max(0, start + step * interval - performance.now()));
}
console.log((1000 * step) / (performance.now() - start));
writer.setStatus('finished');
writer.close();
