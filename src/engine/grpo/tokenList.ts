/** The flat list of tokens that a training or scoring graph computes of a batch (`model/tokenLayout.ts`). */
import type { CompletionKey } from '../protocol/completion.ts';
import { sharedPrompts, type SequenceRow, type SharedPrompt } from './sharedPrompts.ts';

export interface ListedToken {
  readonly token: number;
  /** In its sequence. */
  readonly position: number;
  /** Among the places of the prompts' block and, behind them, of the completions'. */
  readonly place: number;
  /** What dropout draws by: of a prompt the problem alone, so that its masks are the same whichever rows share it. */
  readonly key: CompletionKey;
}

export interface TokenList {
  readonly prompts: readonly SharedPrompt[];
  /** Of the prompts' block `[prompts, promptTime]`. */
  readonly promptTime: number;
  /** Of the completions' block `[prompts, width, time]`. */
  readonly width: number;
  readonly time: number;
  /** Each prompt once, and then every row's completion without its last token, after which nothing is predicted. */
  readonly tokens: readonly ListedToken[];
  /** How many of them are of prompts. */
  readonly promptTokens: number;
  /** By row: the index of its prompt, and where in `tokens` its completion begins. */
  readonly rows: readonly { readonly prompt: number; readonly start: number }[];
}

export function listTokens(rows: readonly SequenceRow[]): TokenList {
  const prompts = sharedPrompts(rows);
  const promptTime = Math.max(...prompts.map(({ prompt }) => prompt.length));
  const width = Math.max(...prompts.map((shared) => shared.rows.length));
  // At least one, which is padding where every completion is a single token.
  const time = Math.max(1, ...rows.map(({ tokens }) => tokens.length - 1));
  const tokens: ListedToken[] = [];
  for (const [index, { prompt, rows: sharing }] of prompts.entries()) {
    const { step = 0, problem = 0 } = rows[sharing[0] ?? 0]?.key ?? {};
    const key = { step, problem, occurrence: 0, round: 0, sample: 0 };
    for (const [position, token] of prompt.entries())
      tokens.push({ token, position, place: index * promptTime + position, key });
  }
  const promptTokens = tokens.length;
  const firstPlaces = prompts.flatMap((shared, index) =>
    shared.rows.map((row, sibling) => ({
      row,
      index,
      place: prompts.length * promptTime + (index * width + sibling) * time,
    })),
  );
  const byRow = new Map(firstPlaces.map((one) => [one.row, one]));
  const starts = rows.map(({ key, prompt, tokens: completion }, row) => {
    const { index = 0, place = 0 } = byRow.get(row) ?? {};
    const start = tokens.length;
    for (const [position, token] of completion.subarray(0, -1).entries())
      tokens.push({ token, position: prompt.length + position, place: place + position, key });
    return { prompt: index, start };
  });
  return { prompts, promptTime, width, time, tokens, promptTokens, rows: starts };
}

/** Tokens that go through the model for these rows. */
export function countComputed(rows: readonly SequenceRow[]): number {
  const prompts = sharedPrompts(rows).reduce((sum, { prompt }) => sum + prompt.length, 0);
  return rows.reduce((sum, { tokens }) => sum + Math.max(0, tokens.length - 1), prompts);
}
