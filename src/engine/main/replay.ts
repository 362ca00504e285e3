/** A step computed again for an editor. */
import { packReplay, type ReplayRequest } from '../protocol/replay.ts';
import { replayStep } from '../trainer/replay/replayStep.ts';
import type { Answer, Asker } from './answer.ts';

/** What is shown says itself what differs; a model's warnings were said when it was trained. */
const onWarning = (): void => {};

/** @param temporary where temporary folders are made */
export async function replay(request: ReplayRequest, asker: Asker, temporary: string): Promise<Answer> {
  return packReplay(await replayStep(request, { ...asker, onWarning, temporary }));
}
