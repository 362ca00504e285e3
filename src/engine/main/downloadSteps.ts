/** Progress of downloads as it is told to an editor. */
import type { GetProgress } from '../hub/fetchFiles.ts';
import type { Asker } from './answer.ts';

/** Between two messages of progress: a fast connection brings thousands of pieces in a second. */
const STEPS = 200;

/** Passes on what is a step further than what was told before. */
export function inSteps(onProgress: Asker['onProgress']): (progress: GetProgress) => void {
  let told = -1;
  return (progress) => {
    const { done, total } = progress;
    const step = total === 0 ? STEPS : Math.floor((STEPS * done) / total);
    if (step === told) return;
    told = step;
    onProgress({ phase: 'download', ...progress });
  };
}
