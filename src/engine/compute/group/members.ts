/** The compute processes of a group, as they come and go. */
import type { ComputeReplies, ComputeRequest } from '../../protocol/compute.ts';
import { ComputeLostError } from '../../protocol/errors.ts';
import type { Compute, Listener } from '../compute.ts';

export class Members {
  readonly #there = new Set<Compute>();
  readonly #onLoss: (left: number, loss: ComputeLostError) => void;
  #loss: ComputeLostError | null = null;

  /** @param onLoss told of each that is lost with its machine, and how many are left */
  constructor(onLoss: (left: number, loss: ComputeLostError) => void) {
    this.#onLoss = onLoss;
  }

  add(compute: Compute): void {
    this.#there.add(compute);
  }

  /** Asks one of them. Rejects as it does, and with ComputeLostError where none is left. */
  async askOne<Request extends ComputeRequest>(request: Request): Promise<ComputeReplies[Request['kind']]> {
    for (;;) {
      const [member] = this.#needed();
      const reply = member && (await this.ask(member, request));
      if (reply) return reply;
    }
  }

  /** Asks all of them the same, and resolves with the first reply of those that are left. Rejects as `askOne`. */
  async askAll<Request extends ComputeRequest>(request: Request): Promise<ComputeReplies[Request['kind']]> {
    const replies = await Promise.all(this.#needed().map((member) => this.ask(member, request)));
    const reply = replies.find((one) => one !== null);
    return reply ?? Promise.reject(this.#loss ?? nobody());
  }

  /**
   * Asks each of these of whoever is free, and again of another where one is lost with it. Rejects as `askOne`.
   * @param onReply told of the replies in the order of the requests, of each as soon as it can be
   */
  async share<Request extends ComputeRequest>(
    requests: readonly Request[],
    onReply: (reply: ComputeReplies[Request['kind']]) => void,
    listenerOf: (index: number) => Listener = () => ({}),
  ): Promise<void> {
    const waiting = requests.map((request, index) => ({ request, index }));
    const replies = new Map<number, ComputeReplies[Request['kind']]>();
    let told = 0;
    const tell = (): void => {
      for (let reply = replies.get(told); reply !== undefined; reply = replies.get(told)) {
        replies.delete(told++);
        onReply(reply);
      }
    };
    const work = async (member: Compute): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const reply = await this.ask(member, next.request, listenerOf(next.index));
        if (reply === null) {
          waiting.unshift(next);
          return;
        }
        replies.set(next.index, reply);
        tell();
      }
    };
    // What one leaves behind who is lost when the others have nothing to do any more is begun again.
    while (waiting.length > 0) await Promise.all(this.#needed().map(work));
  }

  /** Asks this one, which need not be one of them yet; null where it was lost with its machine. */
  async ask<Request extends ComputeRequest>(
    member: Compute,
    request: Request,
    listener: Listener = {},
  ): Promise<ComputeReplies[Request['kind']] | null> {
    try {
      return await member.request(request, listener);
    } catch (error) {
      if (!(error instanceof ComputeLostError)) throw error;
      // Several requests may find the same one gone.
      if (this.#loss !== error) {
        this.#loss = error;
        this.#there.delete(member);
        this.#onLoss(this.#there.size, error);
      }
      return null;
    }
  }

  kill(): void {
    for (const member of this.#there) member.kill();
  }

  /** @throws ComputeLostError where nobody is left */
  #needed(): Compute[] {
    if (this.#there.size === 0) throw this.#loss ?? nobody();
    return [...this.#there];
  }
}

function nobody(): Error {
  return new Error('there is nobody who computes');
}
