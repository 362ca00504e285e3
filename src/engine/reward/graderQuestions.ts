/** The grader's side of what a reward function asks of the engine. */
import type { GraderReply } from '../protocol/grader.ts';
import { MAX_OPEN_QUESTIONS, questionSchema } from '../protocol/services.ts';
import { schemaWords } from '../protocol/schemaWords.ts';

/** Under this symbol modules find the function that asks while they are loaded, see `src/library/services.ts`. */
export const SERVICES_SYMBOL = 'rlvr.services';

interface Open {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class GraderQuestions {
  readonly #send: (reply: GraderReply) => void;
  readonly #open = new Map<number, Open>();
  #last = 0;

  constructor(send: (reply: GraderReply) => void) {
    this.#send = send;
  }

  /** What user code calls. Rejects at once with what is wrong with a question. */
  readonly ask = async (asked: unknown): Promise<unknown> => {
    const question = questionSchema.safeParse(asked);
    if (!question.success) throw new Error(`The question cannot be asked: ${schemaWords(question.error)}`);
    if (this.#open.size >= MAX_OPEN_QUESTIONS)
      throw new Error(`More than ${MAX_OPEN_QUESTIONS} questions are open; wait for some of their answers first.`);
    const id = ++this.#last;
    const answered = new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }));
    this.#send({ kind: 'question', question: id, asked: question.data });
    return answered;
  };

  answer(id: number, value: unknown, error: string | null): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    if (error === null) open?.resolve(value);
    else open?.reject(new Error(error));
  }
}
