/**
 * A request as a program makes it. `fetch` sends headers of browsers (`Sec-Fetch-Mode`), and Ray refuses all that changes something from those
 * (`is_browser_request` in its dashboard), so that no page can submit jobs.
 */
import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';

export interface PlainRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
}

/** Redirects are not followed: one could lead a token elsewhere. Rejects as the connection and the signal do. */
export function plainRequest(url: string, { method, headers, body, signal }: PlainRequest): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { request } = url.startsWith('https:') ? https : http;
    const asked = request(url, { method, headers: { ...headers, ...lengthOf(body) }, signal }, (incoming) => {
      const { statusCode: status = 0 } = incoming;
      // A response without a body has to be read all the same, or its connection stays.
      const hasBody = status !== 204 && status !== 304;
      if (!hasBody) incoming.resume();
      resolve(new Response(hasBody ? Readable.toWeb(incoming) : null, { status }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function lengthOf(body: string | Uint8Array | undefined): Readonly<Record<string, number>> {
  return body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
}
