/** A run whose every text tries to become a part of the page. */
import path from 'node:path';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, stepRecord } from '../run/samples.ts';

/** What would show that it worked: an element of this kind, or this title. */
export const HOSTILE =
  '<img class="injected" src="x" onerror="document.title=\'injected\'"><script>document.title="injected"</script>';
const STEPS = 20;

/** Writes it among the runs of a workspace folder; returns its folder. `id` is a run's id. */
export function writeHostileRun(folder: string, id: string = manifest.id): string {
  const dir = path.join(folder, '.rlvr/runs', id);
  const writer = RunWriter.create(dir, { ...manifest, id, name: HOSTILE }, experiment);
  for (let step = 0; step <= STEPS; step++) {
    const record = stepRecord(step);
    writer.writeStep({
      ...record,
      metrics: { ...record.metrics, [`metric/${HOSTILE}`]: step },
      problems: record.problems.map((problem) => ({
        ...problem,
        prompt: `${HOSTILE}\n`,
        row: { question: HOSTILE, answer: HOSTILE },
      })),
      completions: record.completions.map((completion) => ({
        ...completion,
        text: HOSTILE,
        rewards: { [HOSTILE]: { error: { kind: 'threw', message: HOSTILE } } },
      })),
    });
  }
  writer.setStatus('finished');
  writer.close();
  return dir;
}
