/** One finding about a machine, and how it is written down. */
import type { MachineCheck } from '../protocol/link.ts';

export function ok(name: string, detail: string): MachineCheck {
  return { name, status: 'ok', detail, advice: null };
}

export function absent(name: string, detail: string): MachineCheck {
  return { name, status: 'absent', detail, advice: null };
}

export function warn(name: string, detail: string, advice: string): MachineCheck {
  return { name, status: 'warn', detail, advice };
}

export function fail(name: string, detail: string, advice: string): MachineCheck {
  return { name, status: 'fail', detail, advice };
}

/** The first line of what went wrong. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.trim().split('\n');
  return line.trim();
}
