/** Answers what editors ask about libraries for graphics cards. */
import { describeGpuSupport, installGpuSupport } from '../gpu/installGpuSupport.ts';
import type { DescribeGpuSupportReply, InstallGpuSupportReply } from '../protocol/gpuSupport.ts';
import type { Asker } from './answer.ts';
import { inSteps } from './downloadSteps.ts';

/** @throws UserError where there are none for this machine, or they cannot be had */
export async function tellGpuSupport({ signal }: Asker): Promise<DescribeGpuSupportReply> {
  return { kind: 'describeGpuSupport', ...(await describeGpuSupport({ env: process.env, signal })) };
}

/** @throws UserError where they cannot be had or written */
export async function fetchGpuSupport({ signal, onProgress }: Asker): Promise<InstallGpuSupportReply> {
  const options = { env: process.env, signal, onProgress: inSteps(onProgress) };
  return { kind: 'installGpuSupport', ...(await installGpuSupport(options)) };
}
