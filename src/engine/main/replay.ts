/** A step computed again for an editor. */
import { packReplay, type ReplayRequest } from '../protocol/replay.ts';
import type { ReplayContext } from '../trainer/replay/openReplay.ts';
import { replayStep } from '../trainer/replay/replayStep.ts';
import type { Answer, Asker } from './answer.ts';

/** What is shown says itself what differs; a model's warnings were said when it was trained. */
const onWarning = (): void => {};

/** @param own what the engine takes of the machine, and where it makes temporary folders */
export async function replay(
  request: ReplayRequest,
  asker: Asker,
  own: Pick<ReplayContext, 'temporary' | 'memoryLimit'>,
): Promise<Answer> {
  return packReplay(await replayStep(request, { ...asker, onWarning, ...own }));
}
