/** The evaluations of runs as a table for a paper: LaTeX with the package `booktabs`. */
import type { EvaluationSummary } from '../../protocol/events.ts';
import { count } from '../../words/format.ts';

export interface LatexRow {
  /** What the run is called. */
  readonly name: string;
  readonly evaluation: EvaluationSummary;
}

export function latexTable(rows: readonly LatexRow[], caption: string): string {
  const lines = rows.map(({ name, evaluation: { step, split, problems, accuracy } }) =>
    [
      latexText(name),
      split,
      count(step),
      count(problems),
      share(accuracy.value),
      `[${share(accuracy.low)}, ${share(accuracy.high)}]`,
    ].join(' & '),
  );
  return `% Needs \\usepackage{booktabs}.
\\begin{table}
  \\centering
  \\caption{${latexText(caption)}}
  \\begin{tabular}{llrrrl}
    \\toprule
    Run & Part & Step & Problems & Accuracy (\\%) & 95\\,\\% interval \\\\
    \\midrule
${lines.map((line) => `    ${line} \\\\`).join('\n')}
    \\bottomrule
  \\end{tabular}
\\end{table}
`;
}

function share(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

/** Every character that LaTeX would read is one that it prints. */
export function latexText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\~^&%$#_{}]/g, (each) => LATEX[each] ?? `\\${each}`);
}
