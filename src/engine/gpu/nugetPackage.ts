/**
 * A package of a NuGet server: where it is, its size and its checksum. By NuGet's server API: the service index names the resources
 * PackageBaseAddress/3.0.0 (contents) and RegistrationsBaseUrl/3.6.0 (metadata), and the catalog's entry has size and SHA-512.
 */
import { z } from 'zod';
import { HubBroken } from '../hub/hubRequests.ts';
import { UserError } from '../protocol/errors.ts';

export interface NugetPackage {
  readonly url: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha512: string;
}

export interface PackageId {
  /** Address of the server's index. */
  readonly index: string;
  readonly packageName: string;
  readonly version: string;
}

const indexSchema = z.object({ resources: z.array(z.object({ '@id': z.string(), '@type': z.string() })) });
const leafSchema = z.object({ catalogEntry: z.object({ '@id': z.string(), version: z.string() }) });
/** Of a package with many versions, a page names only its own address. */
const registrationSchema = z.object({
  items: z.array(z.object({ '@id': z.string(), items: z.array(leafSchema).optional() })),
});
const pageSchema = z.object({ items: z.array(leafSchema) });
const entrySchema = z.object({
  packageHash: z.base64(),
  packageHashAlgorithm: z.literal('SHA512'),
  packageSize: z.int().positive(),
});

/** @throws UserError where the server does not have it, HubBroken where asking again may do */
export async function findPackage(id: PackageId, signal: AbortSignal): Promise<NugetPackage> {
  const { index, packageName, version } = id;
  const name = packageName.toLowerCase();
  const ask = async <T>(url: string, schema: z.ZodType<T>): Promise<T> => {
    // What says which bytes are the right ones comes from where the index is, and from nowhere else.
    if (new URL(url).origin !== new URL(index).origin)
      throw new UserError(`${index} sends to ${url} for what a package is. It is not asked.`);
    const response = await request(url, signal);
    const answer = schema.safeParse(await response.json().catch(() => null));
    if (answer.success) return answer.data;
    throw new UserError(`${url} answered something else than a NuGet server does (${z.prettifyError(answer.error)}).`);
  };
  const { resources } = await ask(index, indexSchema);
  const addressOf = (type: string): string => {
    const found = resources.find((resource) => resource['@type'] === type)?.['@id'];
    if (found === undefined) throw new UserError(`${index} names no ${type}, which a NuGet server has.`);
    return found.replace(/\/*$/, '/');
  };
  const contents = addressOf('PackageBaseAddress/3.0.0');
  const { items: pages } = await ask(
    `${addressOf('RegistrationsBaseUrl/3.6.0')}${name}/index.json`,
    registrationSchema,
  );
  for (const page of pages) {
    const leaves = page.items ?? (await ask(page['@id'], pageSchema)).items;
    const leaf = leaves.find(({ catalogEntry }) => catalogEntry.version === version);
    if (leaf === undefined) continue;
    const { packageHash, packageSize } = await ask(leaf.catalogEntry['@id'], entrySchema);
    return {
      url: `${contents}${name}/${version}/${name}.${version}.nupkg`,
      bytes: packageSize,
      sha512: Buffer.from(packageHash, 'base64').toString('hex'),
    };
  }
  throw new UserError(`${index} has no ${packageName} ${version}.`);
}

/** The contents from a byte on. Fails with HubBroken where asking again may do, UserError where not. */
export async function* packageContents(url: string, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const response = await request(url, signal, from === 0 ? {} : { Range: `bytes=${from}-` });
  // A server that knows no ranges sends the whole.
  let known = response.status === 206 ? 0 : from;
  try {
    const pieces: AsyncIterable<unknown> | readonly unknown[] = response.body ?? [];
    for await (const piece of pieces) {
      if (!(piece instanceof Uint8Array)) continue;
      const skipped = Math.min(known, piece.byteLength);
      known -= skipped;
      if (skipped < piece.byteLength) yield piece.subarray(skipped);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw broken(url, error);
  }
}

async function request(url: string, signal: AbortSignal, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, { signal, headers }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw broken(url, error);
  });
  if (response.ok) return response;
  await response.body?.cancel();
  if (response.status === 429 || response.status >= 500)
    throw new HubBroken(`${url} is out of order at the moment (${response.status}). Try again later.`);
  throw new UserError(`${url} cannot be had (${response.status}).`);
}

function broken(url: string, error: unknown): HubBroken {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HubBroken(
    `${new URL(url).host} cannot be reached, or the connection broke off (${why}). What has arrived is kept: try again.`,
  );
}
