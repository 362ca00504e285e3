/** Which steps can be computed again. */
import { UserError } from '../../protocol/errors.ts';
import type { RunReader } from '../../run/reader.ts';

/** @throws UserError with the steps that can be, for any other */
export function requireStep(reader: RunReader, step: number): void {
  const { method } = reader.experiment();
  const last = reader.state().lastStep ?? 0;
  if (method === 'sft')
    throw new UserError(
      'This run learnt from demonstrations: nothing was sampled or rewarded, so a step has no completions, advantages or ratios to compute again. ' +
        'Its loss and gradient norm come out the same where the experiment is trained once more; compare the two runs with: rlvr compare',
    );
  if (last < 1) throw new UserError(`${reader.dir} has no training step yet.`);
  if (!Number.isSafeInteger(step) || step < 1 || step > last) {
    const zero = step === 0 ? ' Step 0 is the evaluation before the first update, which trains nothing.' : '';
    throw new UserError(`The run has no training step ${step}: give one from 1 to ${last}.${zero}`);
  }
}
