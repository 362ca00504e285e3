/** What experiments and runs are called on the screen. */

/** `gsm8k` of `/home/gsm8k.rlvr.json`, and of a sweep's file; a path of another system has other separators. */
export function experimentName(path: string): string {
  const file = path.split(/[/\\]/).at(-1) ?? path;
  return file.replace(/(\.rlvr|\.sweep)?\.jsonc?$/, '');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** When a run was started, `22 Nov 16:05:37` where the person is: its name where none was given. */
export function startedAt(iso: string): string {
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''} ${time}`;
}
