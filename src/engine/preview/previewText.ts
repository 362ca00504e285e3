/** A preview as a text, for a terminal and an editor alike. */
import type { PartLengths, PreviewedPrompt, PromptPreview } from '../protocol/preview.ts';
import { datasetEntryText } from '../protocol/tasks.ts';
import { count, plural } from '../words/format.ts';

/** Text of which some pieces are special tokens. */
export interface MarkedText {
  readonly text: string;
  /** Offset and length in UTF-16 units, in order. */
  readonly special: readonly (readonly [offset: number, length: number])[];
}

/** How wide a rule is. */
const RULE = 78;

/** What is true of all prompts: how long they are, what there is room for, where the examples come from; without a newline at its end. */
export function previewSummary(preview: PromptPreview): string {
  const { task, contextLength, maxCompletionLength, examples, parts, warnings } = preview;
  const room = contextLength - maxCompletionLength;
  return [
    `Prompts of ${preview.experiment}${task === null ? '' : `, task ${task}`}`,
    '',
    ...table(parts),
    '',
    `The model's context holds ${count(contextLength)} tokens. A completion may have ${count(maxCompletionLength)}, which leaves ${count(room)} for a prompt.`,
    ...parts.flatMap((part) => fitLines(part, room, task)),
    examples.words,
    ...warnings.map((warning) => `Warning: ${warning}`),
  ].join('\n');
}

/** One prompt between two rules, with a newline at its end. */
export function promptText(
  prompt: PreviewedPrompt,
  { parts, maxCompletionLength, contextLength }: PromptPreview,
): MarkedText {
  const { task, part, index, row, tokens, text, special } = prompt;
  const problems = parts.find((lengths) => lengths.part === part)?.problems ?? 0;
  const total = tokens + maxCompletionLength;
  const budget = `${plural(tokens, 'token')}; with a whole completion ${count(total)} of ${count(contextLength)}${total > contextLength ? ': TOO LONG' : ''}`;
  const head = `${rule(`${task === null ? '' : `${task}, `}${part}, problem ${index + 1} of ${count(problems)}`)}\n${row}; ${budget}\n${rule('')}\n`;
  const end = text.endsWith('\n') ? '' : '\n';
  return {
    text: `${head}${text}${end}${rule(`the completion begins behind ${JSON.stringify(text.slice(-END_LENGTH))}`)}\n`,
    special: special.map(([offset, length]) => [head.length + offset, length] as const),
  };
}

/** Characters of a prompt's end that are quoted, since spaces and line breaks there matter and are not to be seen. */
const END_LENGTH = 12;

function rule(title: string): string {
  return title === '' ? '─'.repeat(RULE) : `── ${title} `.padEnd(RULE, '─');
}

const COLUMNS = [
  { title: 'problems', cell: ({ problems }: PartLengths) => count(problems) },
  { title: 'shortest', cell: ({ shortest }: PartLengths) => count(shortest) },
  { title: 'median', cell: ({ median }: PartLengths) => count(median) },
  { title: '90 %', cell: ({ ninety }: PartLengths) => count(ninety) },
  { title: '99 %', cell: ({ ninetyNine }: PartLengths) => count(ninetyNine) },
  { title: 'longest', cell: ({ longest }: PartLengths) => count(longest) },
] as const;

function table(parts: readonly PartLengths[]): string[] {
  const names = ['tokens', ...parts.map(({ part }) => part)];
  const width = Math.max(...names.map((name) => name.length));
  return COLUMNS.reduce(
    (lines, { title, cell }) => {
      const cells = [title, ...parts.map(cell)];
      const widest = Math.max(...cells.map((text) => text.length));
      return lines.map((line, index) => `${line}  ${(cells[index] ?? '').padStart(widest)}`);
    },
    names.map((name) => name.padEnd(width)),
  );
}

/** What of a part is left out, and what does not fit. */
function fitLines(lengths: PartLengths, room: number, task: string | null): string[] {
  const limit = datasetEntryText(task, 'filter', 'maxPromptTokens');
  const { part, problems, measured, leftOut, tooLong } = lengths;
  const of =
    measured < problems
      ? `of ${count(measured)} measured, evenly over all ${count(problems)},`
      : `of ${count(problems)}`;
  const lines: string[] = [];
  if (leftOut > 0) lines.push(`${part}: ${count(leftOut)} ${of} are left out as longer than ${limit}.`);
  if (tooLong > 0)
    lines.push(
      `${part}: ${count(tooLong)} ${of} do not fit, and a run would not start. ` +
        (room > 0
          ? `Lower rollout.maxCompletionLength or ${datasetEntryText(task, 'fewShot')}, or set ${limit} to ${room} to leave such rows out.`
          : 'Lower rollout.maxCompletionLength: it takes the whole context.'),
    );
  if (measured < problems && lines.length === 0)
    lines.push(`${part}: lengths are those of ${count(measured)} of ${count(problems)} prompts, evenly over the part.`);
  return lines;
}
