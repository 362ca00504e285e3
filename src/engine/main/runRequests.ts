/** Answers what editors ask of an engine that has a run: to change its rewards between two steps, and nothing else. */
import { UserError } from '../protocol/errors.ts';
import type { LinkRequest } from '../protocol/link.ts';
import type { SwapRewards } from '../trainer/engineContext.ts';
import type { Answer, Requests } from './answer.ts';

export class RunRequests implements Requests {
  #swap: SwapRewards | null = null;

  /** The run is about to do its steps. */
  offer(swap: SwapRewards): void {
    this.#swap = swap;
  }

  async answer(request: LinkRequest): Promise<Answer> {
    // The machine is busy, and other answers would come late and in its way.
    if (request.kind !== 'swapRewards') throw new UserError('This engine trains. Ask one that serves.');
    if (this.#swap === null)
      throw new UserError(
        'The run has not come to its steps yet: it was loaded with the rewards as they were when it was started. ' +
          'Change them when it trains, or stop it and start again.',
      );
    const { fromStep, rewards } = await this.#swap();
    return { reply: { kind: 'swapRewards', fromStep, rewards: [...rewards] }, arrays: [] };
  }

  close(): void {
    // What was opened is the run's.
  }
}
