/** Answers of a server in a file, as they come: what was paid for outlives an evaluation that does not finish. */
import { createHash } from 'node:crypto';
import { accessSync, appendFileSync, constants, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../protocol/errors.ts';

const lineSchema = z.object({ asked: z.string(), answer: z.json() });

export class KeptAnswers {
  readonly file: string;
  readonly #advice: string;
  /** By the hash of what was asked, the answers of earlier calls. */
  readonly #known: ReadonlyMap<string, unknown>;
  #kept = 0;

  /**
   * @param advice what to do where it cannot be written
   * @throws UserError where nothing can be written beside the file, or it cannot be read
   */
  constructor(file: string, advice: string) {
    this.file = file;
    this.#advice = advice;
    this.#known = orRefuse(file, advice, () => {
      accessSync(dirname(file), constants.W_OK);
      return readAnswers(file);
    });
  }

  /** How many the file has, of earlier calls and this one. */
  get count(): number {
    return this.#known.size + this.#kept;
  }

  /** The JSON that answered the same request; undefined where none did. */
  find(asked: unknown): unknown {
    return this.#known.get(hashOf(asked));
  }

  /** @throws UserError where it cannot be written */
  keep(asked: unknown, answer: unknown): void {
    // A line break first, after what a crash may have cut off.
    const line = `\n${JSON.stringify({ asked: hashOf(asked), answer })}`;
    orRefuse(this.file, this.#advice, () => appendFileSync(this.file, line));
    this.#kept += 1;
  }

  remove(): void {
    rmSync(this.file, { force: true });
  }
}

function readAnswers(file: string): ReadonlyMap<string, unknown> {
  const answers = new Map<string, unknown>();
  for (const line of readIfThere(file).split('\n')) {
    const parsed = lineSchema.safeParse(parseJson(line)).data;
    if (parsed !== undefined) answers.set(parsed.asked, parsed.answer);
  }
  return answers;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function orRefuse<Made>(file: string, advice: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`Answers of the server cannot be kept in ${file}: ${reason}. ${advice}`);
  }
}

function hashOf(asked: unknown): string {
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
