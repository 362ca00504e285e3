/** Asks the host, one question of a kind at a time: while it is under way, only the newest that comes after it is kept. */
import type { OutputsReply } from '../../engine/protocol/panels/outputs.ts';
import type { PanelRequest } from '../../engine/protocol/panels/outputsRequests.ts';

type Kind = PanelRequest['kind'];
type ReplyTo<K extends Kind> = Extract<OutputsReply, { kind: K }>;

interface Question {
  readonly request: PanelRequest;
  readonly onReply: (reply: OutputsReply) => void;
  readonly onFailure: () => void;
}

interface Slot {
  /** The id of the question under way. */
  asked: number | null;
  current: Question | null;
  next: Question | null;
}

export class Requests {
  readonly #send: (id: number, request: PanelRequest) => void;
  readonly #onFailure: (message: string) => void;
  readonly #slots = new Map<string, Slot>();
  #lastId = 0;

  constructor(send: (id: number, request: PanelRequest) => void, onFailure: (message: string) => void) {
    this.#send = send;
    this.#onFailure = onFailure;
  }

  /**
   * Asks. What was asked in the same slot and is not answered yet is dropped.
   * @param slot the use of the answer
   * @param onFailure called where there is none; what went wrong is said all the same
   */
  ask<K extends Kind>(
    slot: string,
    request: Extract<PanelRequest, { kind: K }>,
    onReply: (reply: ReplyTo<K>) => void,
    onFailure: () => void = () => {},
  ): void {
    const question: Question = {
      request,
      onFailure,
      onReply: (reply) => {
        if (isReplyTo<K>(request.kind, reply)) onReply(reply);
      },
    };
    const found = this.#slots.get(slot) ?? { asked: null, current: null, next: null };
    this.#slots.set(slot, found);
    // The answer under way is of a view that is gone.
    found.current = null;
    if (found.asked === null) this.#begin(found, question);
    else found.next = question;
  }

  /** Takes an answer of the host. */
  settle(id: number, outcome: { readonly reply: OutputsReply } | { readonly failure: string }): void {
    const slot = [...this.#slots.values()].find(({ asked }) => asked === id);
    if (!slot) return;
    const { current, next } = slot;
    slot.asked = null;
    slot.current = null;
    slot.next = null;
    if (next) this.#begin(slot, next);
    if (!current) return;
    if ('reply' in outcome) current.onReply(outcome.reply);
    else {
      current.onFailure();
      this.#onFailure(outcome.failure);
    }
  }

  /** Drops all that is asked: the run is another one. */
  reset(): void {
    this.#slots.clear();
  }

  #begin(slot: Slot, question: Question): void {
    slot.asked = ++this.#lastId;
    slot.current = question;
    this.#send(slot.asked, question.request);
  }
}

function isReplyTo<K extends Kind>(kind: string, reply: OutputsReply): reply is ReplyTo<K> {
  return reply.kind === kind;
}
