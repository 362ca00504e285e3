/**
 * One request over HTTP and its answer. Not by `fetch`, which gives a server five minutes to begin its answer, whatever the signal
 * says: a model that works one request after another takes longer.
 */
import http from 'node:http';
import https from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** The answer is longer than was allowed. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

/**
 * Posts a body, or gets where it is null. A redirection is an error: neither what is sent nor its key goes to another address.
 * @param maxBytes of the answer's body
 * @throws AnswerTooLong; Error where there is no answer, or `signal` aborts
 */
export async function exchange(
  address: string,
  body: string | null,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { request } = new URL(address).protocol === 'https:' ? https : http;
  const method = body === null ? 'GET' : 'POST';
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request(address, { method, headers: { 'user-agent': 'rlvr', ...headers }, signal })
      .on('response', resolve)
      .on('error', reject)
      .end(body ?? undefined);
  });
  const { statusCode: status = 0 } = response;
  if (status >= 300 && status < 400) {
    response.destroy();
    throw new Error('it redirects to another address');
  }
  return { status, headers: response.headers, text: await readText(response, maxBytes) };
}

async function readText(response: http.IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response) {
    const chunk: unknown = part;
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new AnswerTooLong();
    parts.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}
