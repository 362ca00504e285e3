/**
 * The document "This machine": what is missing first, each with what to do. Plain text that is also Markdown, and English whatever the
 * editor's language is, to be sent along when something is reported.
 */
import type { MachineCheck } from '../../engine/protocol/link.ts';

export interface MachineReport {
  /** Of the extension. */
  readonly version: string;
  /** ISO 8601. */
  readonly when: string;
  /** A single one where the engine was not reached. */
  readonly engine: readonly MachineCheck[];
  readonly host: readonly MachineCheck[];
}

export function machineReport({ version, when, engine, host }: MachineReport): string {
  const all = [...host, ...engine];
  const of = (status: MachineCheck['status']): MachineCheck[] => all.filter((check) => check.status === status);
  const sections: [string, readonly MachineCheck[]][] = [
    ['Missing', of('fail')],
    ['To know', of('warn')],
    ['In order', of('ok')],
    ['Not here, and not needed', of('absent')],
  ];
  return (
    [
      '# This machine',
      verdict(of('fail'), engine.length > 1),
      ...sections.flatMap(([title, checks]) => (checks.length === 0 ? [] : [`## ${title}`, list(checks)])),
      `Checked at ${when} by RLVR-Ops ${version}. Not checked: what sleep does to a run, and panels in floating windows.`,
    ].join('\n\n') + '\n'
  );
}

function verdict(missing: readonly MachineCheck[], tried: boolean): string {
  if (missing.length === 0)
    return tried ? 'Training works here.' : 'Nothing is missing so far; training was not tried.';
  const names = missing.map(({ name }) => name).join(', ');
  return missing.length === 1 ? `One thing is missing: ${names}.` : `${missing.length} things are missing: ${names}.`;
}

function list(checks: readonly MachineCheck[]): string {
  return checks
    .map(({ name, detail, advice }) => {
      const todo = advice === null ? [] : [`  What to do: ${oneLine(advice)}`];
      return [`- ${name}: ${oneLine(detail)}`, ...todo].join('\n');
    })
    .join('\n');
}

/** Details come from libraries and the operating system. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
