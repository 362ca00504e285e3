/** What a report is made of, whatever it is written as. All texts are plain: what they hold means nothing to HTML or Markdown. */
import type { EvaluationSummary } from '../../protocol/events.ts';

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly columns: readonly TableColumn[]; readonly rows: readonly (readonly string[])[] }
  /** Text as it stands, such as commands, or what a model wrote. */
  | ({ readonly kind: 'verbatim' } & Verbatim)
  /** Two or three such texts that are read against each other, in columns where there is room. */
  | { readonly kind: 'beside'; readonly texts: readonly Verbatim[] }
  /** The accuracy of evaluations on one part, in the order of their steps. */
  | { readonly kind: 'curve'; readonly title: string; readonly evaluations: readonly EvaluationSummary[] };

export interface Verbatim {
  readonly title: string;
  readonly text: string;
}

export interface TableColumn {
  readonly title: string;
  readonly numeric: boolean;
}

export type Document = readonly Block[];

export function heading(text: string, level: 2 | 3 = 2): Block {
  return { kind: 'heading', level, text };
}
