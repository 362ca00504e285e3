/** What ONNX Runtime can do on this machine. In the compute child, because trying a provider may print to its output or crash. */
import { runtimeFolder } from '../onnx/machineFacts.ts';
import { probeProvider } from '../onnx/providers.ts';
import { runtimeVersion } from '../onnx/session.ts';
import type { InspectReply, InspectRequest, ProviderFailure } from '../protocol/compute.ts';

export async function inspectRuntime(request: InspectRequest): Promise<InspectReply> {
  const providers: { name: string; failure: ProviderFailure | null }[] = [];
  for (const name of request.providers) providers.push({ name, failure: await probeProvider(name) });
  return { runtimeVersion, runtimeFolder: runtimeFolder(), providers };
}
