/** A NuGet server on this machine: as much of its API as fetching one package calls, with faults on demand. */
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { crc32, deflateRawSync } from 'node:zlib';

export interface FakeNuget {
  /** Address of its index. */
  readonly index: string;
  /** `/path range` of every request, in order. */
  readonly requests: string[];
  /** Of each following answer with contents: ends the connection after so many bytes of it. */
  breakAfter: number[];
  /** Sends other bytes than it lists. */
  corrupts: boolean;
  /** Sends who wants the contents to another path. */
  redirects: boolean;
  /** Lists versions on a page of their own, as for packages with many. */
  pages: boolean;
  /** Where the metadata is said to be; null for here. */
  metadataAt: string | null;
  /** Where who asks for size and checksum is sent; null: nowhere. */
  entryAt: string | null;
  /** So many questions for the size and the checksum are answered by half, and the connection ends. */
  halves: number;
  /** Answers that it is busy, and asks for so many seconds of patience; null: it is not. */
  busyFor: number | null;
  contents: Buffer;
}

/** Listens until the test is over. */
export async function fakeNuget(
  context: { after(action: () => void): void },
  { name, version, contents }: { readonly name: string; readonly version: string; readonly contents: Buffer },
): Promise<FakeNuget> {
  const lower = name.toLowerCase();
  const server = createServer((request, response) => {
    const { url: path = '' } = request;
    nuget.requests.push([path, request.headers.range].filter(Boolean).join(' '));
    const json = (value: unknown): void => void response.end(JSON.stringify(value));
    if (nuget.busyFor !== null) {
      response.writeHead(503, { 'Retry-After': nuget.busyFor }).end();
      return;
    }
    const leaf = { catalogEntry: { '@id': `${origin}/entry`, version } };
    const entry = {
      packageHash: createHash('sha512').update(nuget.contents).digest('base64'),
      packageHashAlgorithm: 'SHA512',
      packageSize: nuget.contents.length,
    };
    switch (path) {
      case '/index.json':
        json({
          resources: [
            { '@id': `${origin}/contents/`, '@type': 'PackageBaseAddress/3.0.0' },
            { '@id': nuget.metadataAt ?? `${origin}/metadata`, '@type': 'RegistrationsBaseUrl/3.6.0' },
          ],
        });
        return;
      case `/metadata/${lower}/index.json`:
        json({ items: [{ '@id': `${origin}/page`, ...(nuget.pages ? {} : { items: [leaf] }) }] });
        return;
      case '/page':
        json({ items: [{ catalogEntry: { '@id': `${origin}/other`, version: '0.0.1' } }, leaf] });
        return;
      case '/entry':
        if (nuget.entryAt !== null) {
          response.writeHead(302, { Location: nuget.entryAt }).end();
          return;
        }
        if (nuget.halves-- > 0) {
          response.writeHead(200, { 'Content-Length': 100 });
          response.write('{"packageHash":', () => setImmediate(() => response.destroy()));
          return;
        }
        json(entry);
        return;
      case '/entry/moved':
        json(entry);
        return;
      case `/contents/${lower}/${version}/${lower}.${version}.nupkg`:
        if (nuget.redirects) response.writeHead(302, { Location: '/elsewhere' }).end();
        else send(nuget, request.headers.range, response);
        return;
      case '/elsewhere':
        send(nuget, request.headers.range, response);
        return;
      default:
        response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const nuget: FakeNuget = {
    index: `${origin}/index.json`,
    requests: [],
    breakAfter: [],
    corrupts: false,
    redirects: false,
    pages: false,
    metadataAt: null,
    entryAt: null,
    halves: 0,
    busyFor: null,
    contents,
  };
  return nuget;
}

function send(nuget: FakeNuget, range: string | undefined, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const part = Buffer.from(nuget.contents.subarray(from));
  if (nuget.corrupts) part[part.length - 1] = (part.at(-1) ?? 0) ^ 1;
  response.writeHead(range === undefined ? 200 : 206, { 'Content-Length': part.length });
  const until = nuget.breakAfter.shift() ?? Infinity;
  if (until >= part.length) response.end(part);
  else response.write(part.subarray(0, until), () => setImmediate(() => response.destroy()));
}

export interface ZipFault {
  /** Says of each entry that it has so many bytes more. */
  readonly bytesMore?: number;
  /** Gives each entry another checksum. */
  readonly otherCrc?: boolean;
}

/** A zip file, every second entry deflated: PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16. */
export function makeZip(
  files: Readonly<Record<string, Buffer>>,
  { bytesMore = 0, otherCrc = false }: ZipFault = {},
): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [index, [name, contents]] of Object.entries(files).entries()) {
    const deflated = index % 2 === 0;
    const packed = deflated ? deflateRawSync(contents) : contents;
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(deflated ? 8 : 0, 4);
    about.writeUInt32LE((crc32(contents) ^ Number(otherCrc)) >>> 0, 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(contents.length + bytesMore, 18);
    about.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), about, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), about, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
