/** A policy of a run as a folder that other programs load. */
import { UsageError } from '../../protocol/errors.ts';
import { exportForms, type ExportForm } from '../../protocol/policyExport.ts';
import { parsePolicyNames, type PolicyName } from '../../protocol/policyName.ts';
import { bytes as inBytes, count, plural } from '../../words/format.ts';
import { shownPath } from '../advice.ts';
import { EXIT, type CommandIO } from '../command.ts';
import { printJson } from '../json.ts';
import { printable } from '../text.ts';

export interface PolicyRequest {
  /** Absolute. */
  readonly runDir: string;
  readonly outDir: string;
  readonly form: ExportForm;
  readonly policy: PolicyName;
  readonly overwrite: boolean;
}

/** What the arguments ask for. */
export function policyOptions(as: string | undefined, checkpoint = 'last'): Pick<PolicyRequest, 'form' | 'policy'> {
  const form = exportForms.find((known) => known === as);
  if (form === undefined)
    throw new UsageError(
      `--model needs --as ${exportForms.join('|')}${as === undefined ? '' : `, and "${as}" is none of them`}.`,
    );
  const names = parsePolicyNames(checkpoint);
  const [policy] = names === null || names === 'all' || names.length > 1 ? [] : names;
  if (policy === undefined) throw new UsageError(`--checkpoint must be one step, best or last, not "${checkpoint}".`);
  return { form, policy };
}

export async function exportModel(request: PolicyRequest, json: boolean, io: CommandIO): Promise<number> {
  const { exportPolicy } = await import('../../trainer/exportPolicy.ts');
  const { form, outDir } = request;
  try {
    const { step, files, bytes, warnings } = await exportPolicy(request, io.signal);
    for (const warning of warnings) io.stderr.write(`${printable(warning)}\n`);
    if (json) printJson(io.stdout, { event: 'exported', what: form, file: outDir, step, files, bytes });
    else
      io.stdout.write(
        `Wrote ${NAMES[form]} of step ${count(step)} to ${shownPath(outDir, io.cwd)}: ${plural(files.length, 'file')}, ${inBytes(bytes)}\n`,
      );
    return EXIT.done;
  } catch (error) {
    if (io.signal.aborted) return EXIT.stopped;
    throw error;
  }
}

const NAMES: Readonly<Record<ExportForm, string>> = {
  peft: 'the adapter',
  merged: 'the merged model',
  onnx: 'the ONNX model',
};
