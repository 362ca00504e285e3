/** Whether who has connected is an editor of this user, and one whose protocol this engine speaks. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { LINK_VERSION, OLDEST_LINK_VERSION, toEngineSchema, type Lease } from '../protocol/link.ts';
import { ENGINE_VERSION } from '../protocol/version.ts';

export type Greeting =
  | { readonly kind: 'accepted'; readonly lease: Lease; readonly version: number }
  /** It knows the secret, so it is told why. */
  | { readonly kind: 'refused'; readonly message: string }
  /** It is told nothing. */
  | { readonly kind: 'stranger' };

/** What a hello of any version has. */
const anyHello = z.object({ type: z.literal('hello'), version: z.number(), secret: z.string() });

/** Judges the first message of a connection. */
export function greet(message: unknown, secret: string): Greeting {
  const hello = anyHello.safeParse(message);
  if (!hello.success || !sameSecret(hello.data.secret, secret)) return { kind: 'stranger' };
  const { version } = hello.data;
  if (!isSpoken(version)) return { kind: 'refused', message: otherVersion(version) };
  const known = toEngineSchema.safeParse(message);
  if (!known.success || known.data.type !== 'hello') return { kind: 'stranger' };
  return { kind: 'accepted', lease: known.data.lease, version };
}

function isSpoken(version: number): boolean {
  return Number.isInteger(version) && version >= OLDEST_LINK_VERSION && version <= LINK_VERSION;
}

/** Digests are compared, for they are of one length; in a time that tells nothing of where they differ. */
function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function otherVersion(version: number): string {
  return (
    `This engine is of RLVR-Ops ${ENGINE_VERSION} and speaks the versions ${OLDEST_LINK_VERSION} and ${LINK_VERSION} of the protocol, this editor version ${version}. ` +
    `Its run goes on and can be watched; to stop it, end the process ${process.pid}, and then resume the run.`
  );
}
