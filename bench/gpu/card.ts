/** What the graphics cards of this machine are called, as the system's own tools say it. */
import { spawnSync } from 'node:child_process';

/** NVIDIA's tool, macOS, Windows, Linux: all are asked, since the first knows cards of one maker only. */
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

/** What is recorded beside figures, in lines: every card by each tool that names one. ONNX Runtime does not tell which of them computed. */
export function cardLines(): readonly string[] {
  const found = COMMANDS.map(([program, ...args]) => ({ program, cards: cardsBy(program, args) }));
  return linesOf(found.filter(({ cards }) => cards.length > 0));
}

interface Found {
  readonly program: string;
  readonly cards: readonly string[];
}

/** A card may have a line by each of two tools, so more than one line is not yet more than one card. */
export function linesOf(found: readonly Found[]): readonly string[] {
  const lines = found.flatMap(({ program, cards }) => cards.map((card) => `${card} (${program})`));
  if (lines.length === 0) return ['The graphics card has no name here: write it down.'];
  if (lines.length === 1) return lines;
  return [...lines, 'Which of these computed is not known here: where they are several cards, write it down.'];
}

function cardsBy(program: string, args: readonly string[]): readonly string[] {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: TIME_LIMIT_MS });
  if (status !== 0) return [];
  const lines = stdout.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !(program === 'lspci' && OTHER_DEVICES.test(line)));
}
