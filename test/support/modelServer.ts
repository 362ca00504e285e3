/** A server with an OpenAI-compatible API, in this process: it answers as a test says and keeps what it was asked. */
import http from 'node:http';
import { z } from 'zod';

export interface AskedServer {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Status and JSON of an answer, or its text. */
export interface Answered {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface ModelServer {
  readonly baseUrl: string;
  /** In the order of arrival. */
  readonly asked: readonly AskedServer[];
  /** Requests under way at once, at most. */
  readonly mostAtOnce: () => number;
  close(): void;
}

const bodySchema = z.record(z.string(), z.unknown());

/** @param answer what is said to a request; it may wait */
export async function startModelServer(
  answer: (asked: AskedServer) => Answered | Promise<Answered>,
): Promise<ModelServer> {
  const asked: AskedServer[] = [];
  let [running, most] = [0, 0];
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      const one = {
        path: request.url ?? '',
        authorization: request.headers.authorization,
        body: text === '' ? {} : bodySchema.parse(JSON.parse(text)),
      };
      asked.push(one);
      most = Math.max(most, ++running);
      void Promise.resolve(answer(one)).then(({ status = 200, headers = {}, body }) => {
        running -= 1;
        response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): void => {
    server.close();
    // Requests that are never answered would keep it open.
    server.closeAllConnections();
  };
  return { baseUrl: `http://127.0.0.1:${port}/v1`, asked, mostAtOnce: () => most, close };
}
