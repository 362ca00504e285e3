/** `README.md` of a written project: how it is started, and all that will be otherwise. */
import { count } from '../words/format.ts';
import type { HandedExperiment } from './openExperiment.ts';
import type { Remark } from '../protocol/handover.ts';

export interface ReadmeOptions {
  readonly title: string;
  readonly trainer: 'TRL' | 'verl';
  /** Lines of a shell that start it. */
  readonly start: readonly string[];
  readonly files: readonly (readonly [name: string, what: string])[];
  readonly remarks: readonly Remark[];
}

export function readme({ title, trainer, start, files, remarks }: ReadmeOptions, handed: HandedExperiment): string {
  const { problems } = handed;
  const bridged = handed.rewards.some(({ convention }) => convention === null);
  const parts = (['train', 'validation', 'test'] as const).filter((part) => problems[part].length > 0);
  return `# ${oneLine(title)} with ${trainer}

Written by RLVR-Ops from an experiment. Data: ${parts.map((part) => `${count(problems[part].length)} ${part}`).join(', ')}.

\`\`\`sh
${start.join('\n')}
\`\`\`

${files.map(([name, what]) => `- \`${name}\`: ${what}`).join('\n')}
${bridged ? BRIDGE : ''}
## Not carried over

${remarkList(remarks, 'missing')}

## Done in another way

${remarkList(remarks, 'different')}
`;
}

const BRIDGE = `
Rewards that are not in Python are scored by a process of \`rlvr score --stdin\`, so that the same code gives the score. It is found on the
path, or named by the environment variable RLVR, such as \`RLVR="node /path/to/rlvr/dist/cli.js"\`. What their files import from
\`node_modules\` must be installed where they lie.
`;

function remarkList(remarks: readonly Remark[], kind: Remark['kind']): string {
  const lines = remarks
    .filter((remark) => remark.kind === kind)
    .map(({ key, what }) => `- \`${key}\`: ${oneLine(what)}`);
  return lines.length === 0 ? 'Nothing.' : lines.join('\n');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
