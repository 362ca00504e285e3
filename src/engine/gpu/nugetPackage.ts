/**
 * A package of a NuGet server: where it is, its size and its checksum. By NuGet's server API: the service index names the resources
 * PackageBaseAddress/3.0.0 (contents) and RegistrationsBaseUrl/3.6.0 (metadata), and the catalog's entry has size and SHA-512.
 */
import { z } from 'zod';
import { anyRefusal, behind, connectionBroken } from '../hub/hubRequests.ts';
import { UserError } from '../protocol/errors.ts';
import { schemaWords } from '../protocol/schemaWords.ts';

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

/** Redirections of one question that are followed: a mirror may need one or two. */
const MAX_HOPS = 5;

/** @throws UserError where the server does not have it, HubBroken where asking again may do */
export async function findPackage(id: PackageId, signal: AbortSignal): Promise<NugetPackage> {
  const { index, packageName, version } = id;
  const name = packageName.toLowerCase();
  const ask = async <T>(url: string, schema: z.ZodType<T>, hops = MAX_HOPS): Promise<T> => {
    // What says which bytes are the right ones comes from where the index is, and from nowhere else.
    if (new URL(url).origin !== new URL(index).origin)
      throw new UserError(`${index} sends to ${url} for what a package is. It is not asked.`);
    const response = await request(url, { signal, redirect: 'manual' });
    const next = response.headers.get('location');
    if (!response.ok && next !== null && URL.canParse(next, url) && hops > 0) {
      await response.body?.cancel();
      return ask(new URL(next, url).href, schema, hops - 1);
    }
    const answer = schema.safeParse(await jsonOf(url, await accepted(url, response), signal));
    if (answer.success) return answer.data;
    throw new UserError(`${url} answered something else than a NuGet server does (${schemaWords(answer.error)}).`);
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
  const headers: Record<string, string> = from === 0 ? {} : { Range: `bytes=${from}-` };
  const answer = await accepted(url, await request(url, { signal, headers }));
  const { body } = answer.status === 206 || from === 0 ? answer : behind(answer, from);
  try {
    const pieces: AsyncIterable<unknown> | readonly unknown[] = body ?? [];
    for await (const piece of pieces) if (piece instanceof Uint8Array) yield piece;
  } catch (error) {
    throw broken(url, error, signal);
  }
}

async function request(url: string, options: RequestInit & { readonly signal: AbortSignal }): Promise<Response> {
  try {
    return await fetch(url, options);
  } catch (error) {
    throw broken(url, error, options.signal);
  }
}

async function accepted(url: string, response: Response): Promise<Response> {
  if (response.ok) return response;
  await response.body?.cancel();
  throw anyRefusal(url, response);
}

/** null where it is no JSON. */
async function jsonOf(url: string, response: Response, signal: AbortSignal): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw broken(url, error, signal);
  });
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @throws the signal's reason where that is why */
function broken(url: string, error: unknown, signal: AbortSignal): Error {
  signal.throwIfAborted();
  return connectionBroken(new URL(url).host, error);
}
