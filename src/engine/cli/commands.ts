/** The commands of the terminal door, in the order in which `--help` lists them. */
import type { Command } from './command.ts';
import { compare } from './compare.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './eval.ts';
import { exportRun } from './export.ts';
import { mcp } from './mcp.ts';
import { runs } from './runs.ts';
import { score } from './score.ts';
import { train } from './train.ts';
import { verify } from './verify.ts';

export const commands: readonly Command[] = [train, evaluate, score, runs, compare, exportRun, doctor, verify, mcp];
