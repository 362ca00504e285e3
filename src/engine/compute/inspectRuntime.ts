/** What ONNX Runtime can do on this machine. In the compute child, because trying a provider may print to its output or crash. */
import { probeProvider } from '../onnx/providers.ts';
import { knownProviders, runtimeVersion } from '../onnx/session.ts';
import type { InspectReply, InspectRequest } from '../protocol/compute.ts';

export async function inspectRuntime(request: InspectRequest): Promise<InspectReply> {
  const known = new Set(knownProviders());
  const providers: { name: string; failure: string | null }[] = [];
  for (const name of request.providers) {
    const failure = known.has(name)
      ? await probeProvider(name)
      : `ONNX Runtime has no such provider on ${process.platform}-${process.arch}`;
    providers.push({ name, failure });
  }
  return { runtimeVersion, providers };
}
