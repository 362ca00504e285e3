/** A Hugging Face hub on this machine: as much of its API as fetching a dataset or a model calls, with faults on demand. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface FakeRepo {
  /** A dataset unless it says. */
  readonly kind?: 'dataset' | 'model';
  /** `owner/name`. */
  readonly name: string;
  readonly commit: string;
  /** The repository at other commits, which are asked for by these. */
  readonly earlier?: readonly FakeRepo[];
  /** Branches and tags beside `main`. */
  readonly revisions?: readonly string[];
  readonly card?: object;
  /** Contents by path; those of `large` as the hub keeps large files. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly large?: readonly string[];
  /** Sizes by path that are listed in place of the true ones. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Only with this token. */
  readonly token?: string;
  /** What it is can be read by all, its files only with this token. */
  readonly gatedBy?: string;
}

/** What is asked: a search, what a repository is, the first and the second page of its files, and a file or a part of one. */
export type Asked = 'search' | 'info' | 'list' | 'more' | 'file';

/** What goes wrong in place of an answer: see `spoil`. */
export type Fault =
  | 'closed'
  | 'cut'
  | 'page of a portal'
  | 'other JSON'
  | 'moved'
  | 'moved in a circle'
  | { readonly status: number; readonly code?: string };

export interface FakeHub {
  readonly endpoint: string;
  /** `GET /path range` of every request, in order. */
  readonly requests: readonly string[];
  /** The token of every request, '' where it came without one. */
  readonly tokens: readonly string[];
  /** Of each following answer with contents: ends the connection after so many bytes of it. Infinity sends it whole. */
  breakAfter: number[];
  /** Answers with the whole where a part is asked for, as some mirrors do. */
  ignoresRanges: boolean;
  /** Sends other bytes than it lists. */
  corrupts: boolean;
  /** Sends who wants a file elsewhere, as the hub does for large ones: to another host, which is to see no token. */
  redirects: boolean;
  /** This status in place of any answer; null for none. */
  refusesWith: number | null;
  /** Seconds after which it asks to be asked again, of what it refuses. */
  retryAfter: number | null;
  /** Spoils the next answers to what is asked so; to all of it where `times` is Infinity. */
  fault: { readonly asked: Asked; readonly fault: Fault; times: number } | null;
  repo: FakeRepo;
}

/** Listens until the test is over. */
export async function fakeHub(context: { after(action: () => void): void }, repo: FakeRepo): Promise<FakeHub> {
  const requests: string[] = [];
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    requests.push([request.method, request.url, request.headers.range].filter(Boolean).join(' '));
    tokens.push((request.headers.authorization ?? '').replace('Bearer ', ''));
    answer(hub, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const hub: FakeHub = {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    tokens,
    breakAfter: [],
    ignoresRanges: false,
    corrupts: false,
    redirects: false,
    refusesWith: null,
    retryAfter: null,
    fault: null,
    repo,
  };
  return hub;
}

function answer(hub: FakeHub, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', hub.endpoint);
  const path = decodeURIComponent(url.pathname);
  const repo = hub.repo.earlier?.find(({ commit }) => path.split('/').includes(commit)) ?? hub.repo;
  const refuse = (status: number, code = ''): void => {
    const headers = {
      ...(code === '' ? {} : { 'X-Error-Code': code }),
      ...(hub.retryAfter === null ? {} : { 'Retry-After': hub.retryAfter }),
    };
    response.writeHead(status, headers).end('{}');
  };
  const { fault } = hub;
  if (fault !== null && fault.times > 0 && fault.asked === askedOf(url) && !url.searchParams.has(MOVED)) {
    fault.times -= 1;
    if (fault.fault === 'cut') cutShort.add(response);
    else {
      spoil(fault.fault, { hub, url, response, refuse });
      return;
    }
  }
  if (hub.refusesWith !== null) {
    refuse(hub.refusesWith);
    return;
  }
  if (repo.token !== undefined && request.headers.authorization !== `Bearer ${repo.token}`) {
    refuse(401);
    return;
  }
  const kind = repo.kind ?? 'dataset';
  if (path === '/api/models') {
    search(repo, url, response);
    return;
  }
  const api = `/api/${kind}s/${repo.name}/`;
  const known = ['main', repo.commit, ...(repo.revisions ?? [])];
  if (path.startsWith(`${api}revision/`)) {
    if (!known.includes(path.slice(`${api}revision/`.length))) {
      refuse(404, 'RevisionNotFound');
      return;
    }
    json(response, {
      _id: '1',
      id: repo.name,
      private: false,
      downloads: 0,
      likes: 0,
      gated: repo.gatedBy === undefined ? false : 'manual',
      lastModified: '2024-01-01T00:00:00.000Z',
      sha: repo.commit,
      cardData: repo.card ?? null,
    });
    return;
  }
  if (path === `${api}tree/${repo.commit}`) {
    tree(hub, repo, url, response);
    return;
  }
  const resolve = `${kind === 'dataset' ? '/datasets' : ''}/${repo.name}/resolve/${repo.commit}/`;
  const file = path.replace(ELSEWHERE, resolve).slice(resolve.length);
  const contents = path.startsWith(resolve) || path.startsWith(ELSEWHERE) ? repo.files[file] : undefined;
  if (contents === undefined) {
    refuse(404, 'EntryNotFound');
    return;
  }
  if (
    path.startsWith(resolve) &&
    repo.gatedBy !== undefined &&
    request.headers.authorization !== `Bearer ${repo.gatedBy}`
  ) {
    refuse(request.headers.authorization === undefined ? 401 : 403, 'GatedRepo');
    return;
  }
  const { oid, lfs } = checksumsOf(repo, file, contents);
  response.setHeader('X-Repo-Commit', repo.commit);
  response.setHeader('ETag', `"${lfs?.oid ?? oid}"`);
  if (path.startsWith(resolve) && hub.redirects) {
    response.writeHead(302, { Location: `${hub.endpoint.replace('127.0.0.1', 'localhost')}${ELSEWHERE}${file}` }).end();
    return;
  }
  if (repo.large?.includes(file) === true && request.headers.accept?.includes('xet-fileinfo') === true)
    describeXet(hub, contents, response);
  else send(hub, contents, request.headers.range, response);
}

function askedOf({ pathname, searchParams }: URL): Asked {
  if (pathname === '/api/models') return 'search';
  if (pathname.includes('/revision/')) return 'info';
  if (pathname.includes('/tree/')) return searchParams.has('cursor') ? 'more' : 'list';
  return 'file';
}

/** Of an address that one was sent on to. */
const MOVED = 'moved';

interface Spoiled {
  readonly hub: FakeHub;
  readonly url: URL;
  readonly response: ServerResponse;
  readonly refuse: (status: number, code?: string) => void;
}

function spoil(fault: Exclude<Fault, 'cut'>, { hub, url, response, refuse }: Spoiled): void {
  if (fault === 'closed') response.destroy();
  else if (fault === 'page of a portal')
    response.writeHead(200, { 'Content-Type': 'text/html', ETag: '"1"' }).end('<html>Sign in to this network</html>');
  else if (fault === 'other JSON') json(response, { hello: ['world'] });
  else if (fault === 'moved' || fault === 'moved in a circle') {
    if (fault === 'moved') url.searchParams.set(MOVED, '1');
    response.writeHead(307, { Location: `${hub.endpoint}${url.pathname}${url.search}` }).end();
  } else refuse(fault.status, fault.code);
}

/** Answers that end in the middle, with the connection. */
const cutShort = new WeakSet<ServerResponse>();

function finish(response: ServerResponse, bytes: Uint8Array): void {
  if (!cutShort.has(response)) {
    response.end(bytes);
    return;
  }
  if (!response.headersSent) response.setHeader('Content-Length', bytes.length);
  breakOff(response, bytes.subarray(0, Math.floor(bytes.length / 2)));
}

function breakOff(response: ServerResponse, sent: Uint8Array): void {
  response.write(sent, () => setImmediate(() => response.destroy()));
}

/** The store behind the hub, on another host. */
const ELSEWHERE = '/store/';

/** The one repository, where its name has the words. */
function search({ name, card, gatedBy }: FakeRepo, url: URL, response: ServerResponse): void {
  const found = name.includes(url.searchParams.get('search') ?? '');
  const entry = {
    _id: '1',
    id: name,
    private: false,
    downloads: 1234,
    likes: 5,
    gated: gatedBy === undefined ? false : 'auto',
  };
  const more = {
    lastModified: '2024-01-01T00:00:00.000Z',
    cardData: card ?? null,
    safetensors: { total: 123_000_000 },
  };
  json(response, found ? [{ ...entry, ...more }] : []);
}

/** As the hub answers for a large file who says that they know Xet. Nothing is served there. */
function describeXet({ endpoint }: FakeHub, contents: Uint8Array, response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': 'application/vnd.xet-fileinfo+json',
    ETag: '"1"',
    'X-Linked-Size': contents.length,
    'X-Xet-Hash': '0'.repeat(64),
    Link: `<${endpoint}/xet/token>; rel="xet-auth", <${endpoint}/xet/file>; rel="xet-reconstruction-info"`,
  });
  response.end('{}');
}

interface Checksums {
  /** As git has it; that of a large file is in truth of its pointer. */
  readonly oid: string;
  readonly lfs?: { readonly oid: string; readonly size: number; readonly pointerSize: number };
}

function checksumsOf({ large }: FakeRepo, path: string, contents: Uint8Array): Checksums {
  const oid = createHash('sha1').update(`blob ${contents.length}\0`).update(contents).digest('hex');
  if (large?.includes(path) !== true) return { oid };
  return {
    oid,
    lfs: { oid: createHash('sha256').update(contents).digest('hex'), size: contents.length, pointerSize: 130 },
  };
}

/** In two pages, as a large repository is listed. */
function tree(hub: FakeHub, repo: FakeRepo, url: URL, response: ServerResponse): void {
  const entries = Object.entries(repo.files).map(([path, contents]) => ({
    type: 'file',
    path,
    size: repo.sizes?.[path] ?? contents.length,
    ...checksumsOf(repo, path, contents),
  }));
  const all = [{ type: 'directory', path: 'data', size: 0, oid: '0'.repeat(40) }, ...entries];
  const half = Math.ceil(all.length / 2);
  if (url.searchParams.has('cursor')) {
    json(response, all.slice(half));
    return;
  }
  response.setHeader('Link', `<${hub.endpoint}${url.pathname}?cursor=2>; rel="next"`);
  json(response, all.slice(0, half));
}

function send(hub: FakeHub, contents: Uint8Array, range: string | undefined, response: ServerResponse): void {
  const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  const isPart = range !== undefined && (!hub.ignoresRanges || range === 'bytes=0-0');
  const from = isPart ? Number(first) : 0;
  const to = isPart && last !== '' ? Number(last) : contents.length - 1;
  const part = Buffer.from(contents.subarray(from, to + 1));
  if (hub.corrupts && part.length > 1) part[0] = (part[0] ?? 0) ^ 1;
  response.writeHead(isPart ? 206 : 200, {
    'Content-Length': part.length,
    ...(isPart ? { 'Content-Range': `bytes ${from}-${to}/${contents.length}` } : {}),
  });
  // The question for the size alone is never the one that breaks off.
  const until = range === 'bytes=0-0' ? Infinity : (hub.breakAfter.shift() ?? Infinity);
  if (until >= part.length) finish(response, part);
  else breakOff(response, part.subarray(0, until));
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json');
  finish(response, Buffer.from(JSON.stringify(value)));
}
