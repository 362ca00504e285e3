/** Whether this machine runs on its battery, as its system tells. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './program.ts';

export type PowerSource = 'battery' | 'mains';

/** Where Linux has a folder for each supply: https://docs.kernel.org/power/power_supply_class.html. WSL and containers have it too. */
const LINUX_SUPPLIES = '/sys/class/power_supply';

/** PowerShell takes a second to start, more on a busy machine. */
const ASK = { cwd: '/', timeout: 20_000, maxOutput: 64 * 1024 } as const;

/** What the Windows call GetSystemPowerStatus says, without a compiled module. */
const WINDOWS_QUESTION =
  'Add-Type -AssemblyName System.Windows.Forms; [System.Windows.Forms.SystemInformation]::PowerStatus.PowerLineStatus';

/** null where the machine has no battery, or does not say. Never rejects. */
export async function readPowerSource(platform: NodeJS.Platform = process.platform): Promise<PowerSource | null> {
  switch (platform) {
    case 'linux':
      return linuxPowerSource(LINUX_SUPPLIES);
    case 'darwin': {
      const asked = await runProgram('/usr/bin/pmset', ['-g', 'batt'], ASK);
      return asked === null ? null : parsePmset(asked.stdout.toString('utf8'));
    }
    case 'win32': {
      const root = process.env['SystemRoot'] ?? 'C:\\Windows';
      const shell = join(root, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
      const question = ['-NoProfile', '-NonInteractive', '-Command', WINDOWS_QUESTION];
      const asked = await runProgram(shell, question, { ...ASK, cwd: root });
      return asked === null ? null : parsePowerLine(asked.stdout.toString('utf8'));
    }
    default:
      return null;
  }
}

/** @param folder with a folder for each supply, its attributes as files */
export async function linuxPowerSource(folder: string): Promise<PowerSource | null> {
  const names = await readdir(folder).catch(() => []);
  const attribute = (name: string, file: string): Promise<string> =>
    readFile(join(folder, name, file), 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
  let [batteries, discharging] = [0, 0];
  for (const name of names.sort()) {
    // That of a mouse or a headset is of scope Device.
    if ((await attribute(name, 'scope')) === 'Device') continue;
    if ((await attribute(name, 'type')) !== 'Battery') {
      if ((await attribute(name, 'online')) === '1') return 'mains';
      continue;
    }
    batteries++;
    if ((await attribute(name, 'status')) === 'Discharging') discharging++;
  }
  if (batteries === 0) return null;
  return discharging > 0 ? 'battery' : 'mains';
}

/** Of `pmset -g batt` of macOS. One that runs on a UPS is on a battery, too. */
export function parsePmset(text: string): PowerSource | null {
  const source = /Now drawing from '([^']*)'/.exec(text)?.[1];
  if (source === 'AC Power') return 'mains';
  return source === 'Battery Power' || source === 'UPS Power' ? 'battery' : null;
}

/** Of `PowerLineStatus` of Windows. */
export function parsePowerLine(text: string): PowerSource | null {
  const status = text.trim();
  if (status === 'Online') return 'mains';
  return status === 'Offline' ? 'battery' : null;
}
