/** Stored tensors that the architecture does not ask for: what the configuration leaves out, or another kind of model. */

/** What older versions of transformers stored and every version computes itself: attention masks and rotary frequencies. */
const COMPUTED = /\.attn(?:\.attention)?\.(?:masked_)?bias$|\.rotary_emb\.inv_freq$/;

const SHOWN = 5;

/** @returns null where every tensor is read, or would say nothing that is not known */
export function unreadTensorsWarning(stored: Iterable<string>, read: ReadonlySet<string>): string | null {
  const unread = [...stored].filter((name) => !read.has(name) && !COMPUTED.test(name));
  if (unread.length === 0) return null;
  const shown = unread.slice(0, SHOWN).map((name) => `"${name}"`);
  const more = unread.length > SHOWN ? ` and ${unread.length - SHOWN} more` : '';
  return (
    `The model's files hold tensors that config.json does not ask for: ${shown.join(', ')}${more}. ` +
    'They are not read; check that the files and config.json belong together.'
  );
}
