/**
 * Stands in for Ray's job API where its dashboard is not to be had: answers as its documentation says
 * (https://docs.ray.io/en/latest/cluster/running-applications/job-submission/api.html), and runs what is submitted on this machine.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { z } from 'zod';
import { readZip, unzip } from './unzip.ts';

const submitSchema = z.object({
  entrypoint: z.string(),
  submission_id: z.string(),
  runtime_env: z.object({ working_dir: z.string(), py_modules: z.array(z.string()) }),
  metadata: z.record(z.string(), z.string()),
});

type Status = 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';

interface Job {
  status: Status;
  message: string;
  readonly entrypoint: string;
  readonly folder: string;
  readonly log: string;
  child: ChildProcess | null;
}

export interface StandInOptions {
  /** Asked of every request. */
  readonly token?: string;
  /** In place of the system's `python`: the file is what `python` runs. */
  readonly python: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** RFC 6455, 1.3. */
const WEBSOCKET_KEY = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export class RayJobsStandIn {
  readonly #options: StandInOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rlvr-ray-jobs-'));
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  readonly jobs = new Map<string, Job>();
  /** Names of packages, in the order in which they were sent. */
  readonly uploads: string[] = [];
  /** What every request said of who it is. */
  readonly authorizations: (string | undefined)[] = [];
  /** Answers of this status that come before true ones. */
  failures: number[] = [];
  readonly #sockets = new Set<Duplex>();

  constructor(options: StandInOptions) {
    this.#options = options;
    this.#server.on('upgrade', (request, socket) => this.#upgrade(request, socket));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it listens on a port
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const { child } of this.jobs.values()) kill(child);
    this.breakOff();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Ends every connection that follows a log. */
  breakOff(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const [, api, what, ...rest] = (request.url ?? '').split('/').map(decodeURIComponent);
    const body = request.method === 'PUT' ? await buffer(request) : await text(request);
    const failure = this.failures.shift();
    if (failure !== undefined) return answer(failure, 'Traceback (most recent call last):\nValueError: no');
    if (!this.#knows(request)) return answer(401, 'Unauthorized: Missing or invalid authentication token');
    // As `is_browser_request` of Ray's dashboard tells them.
    if (request.method !== 'GET' && request.headers['sec-fetch-mode'] !== undefined)
      return answer(405, `'${request.method ?? ''}' method not allowed for browser traffic.`);
    const asked = `${request.method ?? ''} ${api ?? ''} ${what ?? ''}`;
    if (asked === 'GET api version')
      return answer(200, { version: '4', ray_version: '2.58.0', ray_commit: 'x', session_name: 'x' });
    const file = join(this.#folder, rest[1] ?? '');
    if (asked === 'GET api packages') return answer(this.uploads.includes(rest[1] ?? '') ? 200 : 404, '');
    if (asked === 'PUT api packages') {
      writeFileSync(file, body);
      this.uploads.push(rest[1] ?? '');
      return answer(200, '');
    }
    if (asked === 'POST api jobs' && rest[0] === '') {
      const submission = submitSchema.parse(JSON.parse(String(body)));
      await this.#start(submission);
      return answer(200, { job_id: submission.submission_id, submission_id: submission.submission_id });
    }
    const job = this.jobs.get(rest[0] ?? '');
    if (job === undefined) return answer(404, `Job ${rest[0] ?? ''} does not exist`);
    if (asked === 'GET api jobs' && rest[1] === undefined)
      return answer(200, {
        type: 'SUBMISSION',
        status: job.status,
        entrypoint: job.entrypoint,
        message: job.message,
      });
    if (asked === 'GET api jobs' && rest[1] === 'logs') return answer(200, { logs: readFileSync(job.log, 'utf8') });
    if (asked === 'POST api jobs' && rest[1] === 'stop') {
      const stopped = job.status === 'RUNNING';
      if (stopped) {
        job.status = 'STOPPED';
        kill(job.child);
      }
      return answer(200, { stopped });
    }
    return answer(404, 'Not Found');
  }

  #knows({ headers }: IncomingMessage): boolean {
    this.authorizations.push(headers.authorization);
    const { token } = this.#options;
    return token === undefined || headers.authorization === `Bearer ${token}`;
  }

  async #start(submission: z.output<typeof submitSchema>): Promise<void> {
    const folder = join(this.#folder, submission.submission_id);
    const { working_dir: workingDir } = submission.runtime_env;
    const cwd = join(folder, 'work');
    mkdirSync(cwd, { recursive: true });
    // The engine's own package is looked at by another test: it is large.
    unzip(await readZip(join(this.#folder, workingDir.replace('gcs://', ''))), cwd);
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'python'), this.#options.python, { mode: 0o755 });
    const log = join(folder, 'job.log');
    writeFileSync(log, '');
    const { entrypoint } = submission;
    const child = spawn('sh', ['-c', entrypoint], {
      cwd,
      detached: true,
      env: {
        ...process.env,
        ...this.#options.env,
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const job: Job = { status: 'RUNNING', message: '', entrypoint, folder: cwd, log, child };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => appendFileSync(log, chunk));
    child.on('close', (code) => {
      job.child = null;
      if (job.status !== 'RUNNING') return;
      job.status = code === 0 ? 'SUCCEEDED' : 'FAILED';
      job.message = code === 0 ? '' : `Job entrypoint command failed with exit code ${code ?? 'none'}`;
    });
    this.jobs.set(submission.submission_id, job);
  }

  #upgrade(request: IncomingMessage, socket: Duplex): void {
    const job = this.jobs.get(/^\/api\/jobs\/([^/]+)\/logs\/tail$/.exec(request.url ?? '')?.[1] ?? '');
    if (job === undefined || !this.#knows(request)) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    const key = request.headers['sec-websocket-key'] ?? '';
    if (request.headers['sec-websocket-extensions'] !== undefined) {
      // Ray's dashboard is lost where a client offers to compress.
      socket.destroy();
      return;
    }
    const accept = createHash('sha1')
      .update(key + WEBSOCKET_KEY)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    this.#sockets.add(socket);
    let sent = 0;
    const timer = setInterval(() => {
      const isOver = job.child === null;
      const log = readFileSync(job.log);
      if (log.byteLength > sent) socket.write(frame(0x1, log.subarray(sent)));
      sent = log.byteLength;
      if (!isOver) return;
      clearInterval(timer);
      socket.end(frame(0x8, Buffer.from([0x03, 0xe8])));
    }, 20);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      this.#sockets.delete(socket);
    });
  }
}

/** RFC 6455, 5.2: one that is final and not masked. */
function frame(opcode: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt8(0x80 | opcode, 0);
  if (payload.byteLength < 126) {
    head.writeUInt8(payload.byteLength, 1);
    return Buffer.concat([head.subarray(0, 2), payload]);
  }
  head.writeUInt8(127, 1);
  head.writeBigUInt64BE(BigInt(payload.byteLength), 2);
  return Buffer.concat([head, payload]);
}

interface Answer {
  readonly status: number;
  readonly body: string | object;
}

function answer(status: number, body: string | object): Answer {
  return { status, body };
}

/** With all that it started, as Ray does. */
function kill(child: ChildProcess | null): void {
  if (child?.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
}
