/** The first `limit` UTF-16 units of a text, or one less where that would cut a character in two. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  const halved = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, halved ? limit - 1 : limit);
}
