/** The compute child's side: answers requests one after another, in their order. */
import type {
  ComputeReplies,
  ComputeRequest,
  GeneratedGroup,
  GenerateReply,
  GenerateRequest,
} from '../protocol/compute.ts';
import { NonFiniteError, UserError } from '../protocol/errors.ts';
import type { ComputeChannel } from './channel.ts';
import { inspectRuntime } from './inspectRuntime.ts';
import { PolicyHost } from './policyHost.ts';
import type { Listener } from './compute.ts';

const PROGRESS_MS = 100;

/** Serves who is at the other end of the channel until that closes. */
export function serve({ listen, send }: ComputeChannel): void {
  const host = new PolicyHost();
  let last: Promise<void> = Promise.resolve();
  listen(({ id, request }) => {
    last = last.then(() => answer(host, send, id, request));
  });
}

async function answer(
  host: PolicyHost,
  send: ComputeChannel['send'],
  id: number,
  request: ComputeRequest,
): Promise<void> {
  try {
    const listener = {
      onProgress: reportProgress(send, id),
      onGroup: (generated: GeneratedGroup) => send({ id, generated }),
    };
    send({ id, reply: await handle(host, request, listener) });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    if (error instanceof NonFiniteError) {
      const { place, step } = error;
      send({ id, error: { name, message, stack, nonFinite: { place, step } } });
      return;
    }
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    send({ id, error: { name: error instanceof UserError ? 'UserError' : name, message, stack, code } });
  }
}

/** Progress of a request, at most every tenth of a second: a step of decoding takes milliseconds, and a person reads no faster. */
function reportProgress(send: ComputeChannel['send'], id: number): (done: number, total: number) => void {
  let last = -Infinity;
  return (done, total) => {
    const now = performance.now();
    if (now - last < PROGRESS_MS) return;
    last = now;
    send({ id, progress: { done, total } });
  };
}

function handle(
  host: PolicyHost,
  request: ComputeRequest,
  listener: Required<Listener>,
): Promise<ComputeReplies[ComputeRequest['kind']]> {
  switch (request.kind) {
    case 'load':
      return host.load(request);
    case 'generate':
      return generate(host, request, listener);
    case 'score':
      return host.score(request);
    case 'update':
      return host.update(request);
    case 'gradient':
      return host.gradient(request);
    case 'apply':
      return host.apply(request);
    case 'tokenLosses':
      return host.tokenLosses(request);
    case 'save':
      return host.save(request);
    case 'inspect':
      return inspectRuntime(request);
  }
}

/** What it generates has been sent when it is done. */
async function generate(
  host: PolicyHost,
  request: GenerateRequest,
  listener: Required<Listener>,
): Promise<GenerateReply> {
  await host.generate(request, listener);
  return {};
}
