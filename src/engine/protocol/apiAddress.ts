/** Addresses of OpenAI-compatible APIs, and the keys that are sent to them. */

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** The longest key that is taken: signed tokens have some thousands of characters. */
export const MAX_KEY = 4096;

/** An address as it is compared and extended: without slashes at its end. */
export function apiAddress(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url;
}

/** As `apiAddress`; null where it is no address of the web, or has room for a secret in it. */
export function serverAddress(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return hasSecret(url) ? null : apiAddress(text);
}

/** Whether there is a user, a password, or anything behind ? or # in it. */
export function hasSecret(url: URL): boolean {
  return url.username !== '' || url.password !== '' || /[?#]/.test(url.href);
}

/** `api.example.com`, `localhost:8000`. */
export function serverHost(address: string): string {
  return new URL(address).host;
}

/** Whether it is on this machine. */
export function isLocal(address: string): boolean {
  return LOOPBACK.test(new URL(address).hostname);
}

/** Why a key is not sent to an address, as a sentence that does not repeat it; null where it is. @param whose `the judge` */
export function keyProblem(address: string, key: string, whose: string): string | null {
  if (key.length > MAX_KEY) return `The key of ${whose} is longer than ${MAX_KEY} characters, as no key is.`;
  // What else there is cannot stand in a header, or would end it.
  if (!/^[\x21-\x7e]+$/.test(key))
    return `The key of ${whose} has a space, a line break or a character in it that no key has, such as "…". Copy it anew, as a whole.`;
  if (new URL(address).protocol !== 'https:' && !isLocal(address))
    return `The key of ${whose} is not sent over ${address}, which is not encrypted; use https.`;
  return null;
}
