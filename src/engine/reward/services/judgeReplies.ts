/** Replies of judges by question, so that equal questions of a run cost one request and have one answer, in a resumed run too. */
import { createHash } from 'node:crypto';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { JudgeQuestion } from '../../protocol/services.ts';

const lineSchema = z.object({ question: z.string(), reply: z.string() });

export class JudgeReplies {
  readonly #replies = new Map<string, Promise<string>>();
  /** By path, what was read of files, with the size that they had then. */
  readonly #known = new Map<string, { readonly size: number; readonly read: Promise<unknown> }>();
  #file: string | null = null;
  #written: Promise<unknown> = Promise.resolve();

  /** The reply to a question: a known one, or what `ask` resolves with. A failure is not kept. */
  get(question: JudgeQuestion, ask: () => Promise<string>): Promise<string> {
    const hash = hashOf(question);
    const known = this.#replies.get(hash);
    if (known !== undefined) return known;
    const asked = ask();
    this.#replies.set(hash, asked);
    asked.then(
      (reply) => this.#write([{ question: hash, reply }]),
      () => {
        // A file may have told it meanwhile.
        if (this.#replies.get(hash) === asked) this.#replies.delete(hash);
      },
    );
    return asked;
  }

  /** Knows what is in a file of a run, there or not, and writes nothing. One that has not grown since is not read again. */
  async know(file: string): Promise<void> {
    const size = await stat(file).then(
      (stats) => stats.size,
      () => 0,
    );
    const known = this.#known.get(file);
    const read = known?.size === size ? known.read : this.#read(file);
    this.#known.set(file, { size, read });
    await read;
  }

  /** Keeps replies in a file of the run from here on, with those so far, and knows what is in it already. */
  async keepIn(file: string): Promise<void> {
    const kept = await this.#read(file);
    this.#file = file;
    const fresh = [...this.#replies].filter(([question]) => !kept.has(question));
    const settled = await Promise.allSettled(
      fresh.map(async ([question, reply]) => ({ question, reply: await reply })),
    );
    this.#write(settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
    await this.written();
  }

  /** Resolves when what is known is in the file. */
  async written(): Promise<void> {
    await this.#written;
  }

  /** The questions of a file whose replies are known from here on. Lines that a crash cut off are passed over. */
  async #read(file: string): Promise<ReadonlySet<string>> {
    const text = await readFile(file, 'utf8').catch(() => '');
    const questions = new Set<string>();
    for (const line of text.split('\n')) {
      const parsed = lineSchema.safeParse(parseJson(line));
      if (!parsed.success) continue;
      const { question, reply } = parsed.data;
      questions.add(question);
      this.#replies.set(question, Promise.resolve(reply));
    }
    return questions;
  }

  #write(lines: readonly { readonly question: string; readonly reply: string }[]): void {
    const file = this.#file;
    if (file === null || lines.length === 0) return;
    // A line break first, after what a crash may have cut off. What cannot be written is asked again in a resumed run.
    const text = lines.map((line) => `\n${JSON.stringify(line)}`).join('');
    this.#written = this.#written.then(() => appendFile(file, text)).catch(() => undefined);
  }
}

function hashOf({ baseUrl, model, prompt, maxTokens, temperature }: JudgeQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([baseUrl, model, prompt, maxTokens, temperature]))
    .digest('hex');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
