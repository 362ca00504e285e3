/** The commands of the terminal door, in the order in which `--help` lists them. */
import type { Command } from './command.ts';
import { cluster } from './cluster.ts';
import { compare } from './compare.ts';
import { cost } from './cost.ts';
import { data } from './data.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './eval.ts';
import { exportRun } from './export.ts';
import { get } from './get.ts';
import { job } from './job.ts';
import { mcp } from './mcp.ts';
import { preflight } from './preflight.ts';
import { preview } from './preview.ts';
import { replay } from './replay.ts';
import { report } from './report.ts';
import { runs } from './runs.ts';
import { score } from './score.ts';
import { sweep } from './sweep.ts';
import { train } from './train.ts';
import { verify } from './verify.ts';

export const commands: readonly Command[] = [
  train,
  sweep,
  data,
  get,
  preview,
  preflight,
  evaluate,
  score,
  runs,
  compare,
  cost,
  replay,
  exportRun,
  report,
  doctor,
  verify,
  cluster,
  job,
  mcp,
];
