/** The compute child's side: answers requests one after another, in their order. */
import type { ComputeFrame, ComputeReplies, ComputeRequest } from '../protocol/compute.ts';
import { UserError } from '../protocol/errors.ts';
import { inspectRuntime } from './inspectRuntime.ts';
import { PolicyHost } from './policyHost.ts';

/** Serves the parent process until it disconnects. */
export function serve(): void {
  const host = new PolicyHost();
  let last: Promise<void> = Promise.resolve();
  process.on('message', ({ id, request }: { readonly id: number; readonly request: ComputeRequest }) => {
    last = last.then(() => answer(host, id, request));
  });
}

async function answer(host: PolicyHost, id: number, request: ComputeRequest): Promise<void> {
  try {
    send({ id, reply: await handle(host, request, (done, total) => send({ id, progress: { done, total } })) });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    send({ id, error: { name: error instanceof UserError ? 'UserError' : name, message, stack } });
  }
}

function handle(
  host: PolicyHost,
  request: ComputeRequest,
  progress: (done: number, total: number) => void,
): Promise<ComputeReplies[ComputeRequest['kind']]> {
  switch (request.kind) {
    case 'load':
      return host.load(request);
    case 'generate':
      return host.generate(request, progress);
    case 'score':
      return host.score(request);
    case 'update':
      return host.update(request);
    case 'save':
      return host.save(request);
    case 'inspect':
      return inspectRuntime(request);
  }
}

function send(frame: ComputeFrame): void {
  process.send?.(frame);
}
