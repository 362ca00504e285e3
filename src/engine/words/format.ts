/** Numbers as people read them. The same everywhere: nothing here depends on the locale of the machine. */

/** A fraction as `44.1 %`. */
export function percent(fraction: number): string {
  return `${fixed(100 * fraction, 1)} %`;
}

/** A difference of two fractions in percentage points, always with its sign: `+48.9`. */
export function points(difference: number): string {
  const text = fixed(100 * difference, 1);
  return text.startsWith('-') ? text : `+${text}`;
}

/** A whole number with its thousands apart: `12,345`. */
export function count(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 problem`, `512 problems`. */
export function plural(value: number, noun: string, many = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : many}`;
}

/** Money of whatever currency in plain digits, rounded up: `12,346`, `12.35`, `0.0756`. */
export function money(value: number): string {
  if (value === 0) return '0';
  const digits = value >= 100 ? 0 : Math.max(2, 2 - Math.floor(Math.log10(value)));
  // What is beyond the precision of a product of decimal numbers is none of the price.
  const up = Math.ceil(Number((value * 10 ** digits).toPrecision(12))) / 10 ** digits;
  return digits === 0 ? count(up) : up.toFixed(digits);
}

/** A metric in about three digits: `0.734`, `12.3`, `1,234`, `1.2e-5`. */
export function measure(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1000) return `${value < 0 ? '-' : ''}${count(size)}`;
  if (size < 0.001) return value.toExponential(1);
  return fixed(value, 3 - Math.max(0, Math.floor(Math.log10(size)) + 1));
}

/** Seconds in the two largest units that matter: `0.46 s`, `45 s`, `3 min 12 s`, `1 h 05 min`, `2 d 03 h`. */
export function duration(seconds: number): string {
  if (seconds < 9.995) return `${fixed(seconds, 2)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const units = [
    { name: 'd', size: 86_400, next: 'h', nextSize: 3600 },
    { name: 'h', size: 3600, next: 'min', nextSize: 60 },
    { name: 'min', size: 60, next: 's', nextSize: 1 },
  ];
  const unit = units.find(({ size }) => whole >= size) ?? { name: 'min', size: 60, next: 's', nextSize: 1 };
  const rest = Math.floor((whole % unit.size) / unit.nextSize);
  return `${Math.floor(whole / unit.size)} ${unit.name} ${String(rest).padStart(2, '0')} ${unit.next}`;
}

/** Time that is left: an estimate, so without fractions of a second. */
export function timeLeft(seconds: number): string {
  return seconds < 60 ? `${Math.max(0, Math.round(seconds))} s` : duration(seconds);
}

/** Bytes in binary units: `1.5 GiB`. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, value < 1 ? 0 : Math.floor(Math.log2(value) / 10));
  return `${fixed(value / 2 ** (10 * power), power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
}

/** `toFixed` without the minus of a number that rounds to zero. */
function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return /^-[0.]*$/.test(text) ? text.slice(1) : text;
}
