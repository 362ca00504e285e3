/** Addresses of servers with an OpenAI-compatible API. */

/** As it is remembered and shown: without slashes at its end. null where it is no address, or has a secret in it. */
export function serverAddress(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  if (url.username !== '' || url.password !== '' || /[?#]/.test(url.href)) return null;
  return url.href.replace(/\/+$/, '');
}

/** `api.example.com`, `localhost:8000`. */
export function serverHost(address: string): string {
  return new URL(address).host;
}

/** Whether it is on this machine, where keys are the exception. */
export function isLocal(address: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(address).hostname);
}
