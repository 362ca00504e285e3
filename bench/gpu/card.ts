/** What the graphics card of this machine is called, as the system's own tools say it. */
import { spawnSync } from 'node:child_process';

/** Tried in this order, for ONNX Runtime does not tell: NVIDIA's tool, macOS, Windows, Linux. */
const COMMANDS: readonly (readonly [program: string, ...args: string[]])[] = [
  ['nvidia-smi', '--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'],
  ['system_profiler', 'SPDisplaysDataType'],
  [
    'powershell',
    '-NoProfile',
    '-Command',
    'Get-CimInstance Win32_VideoController | ForEach-Object { "$($_.Name), driver $($_.DriverVersion)" }',
  ],
  ['lspci'],
];

/** Lines of `lspci` that are graphics cards; other tools name nothing else. */
const OTHER_DEVICES = /^\S+ (?!VGA|3D|Display)/;
const TIME_LIMIT_MS = 20_000;

/** One line or more; null where no tool names one. */
export function graphicsCards(): readonly string[] | null {
  for (const [program, ...args] of COMMANDS) {
    const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: TIME_LIMIT_MS });
    if (status !== 0) continue;
    const lines = stdout.split(/\r?\n/).map((line) => line.trim());
    const cards = lines.filter((line) => line !== '' && !(program === 'lspci' && OTHER_DEVICES.test(line)));
    if (cards.length > 0) return cards;
  }
  return null;
}
