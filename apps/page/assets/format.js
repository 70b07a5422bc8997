// SPDX-License-Identifier: Apache-2.0
// Numbers and times for people. All of it is plain text.

/** Returns a number of seconds as in "230 ms", "4.1 s", "3 min 20 s". */
export function duration(s) {
  if (s === null || s === undefined)
    return '';
  if (s < 0.001)
    return `${Math.round(s * 1e6)} µs`;
  if (s < 1)
    return `${Math.round(s * 1000)} ms`;
  if (s < 60)
    return `${s.toFixed(1)} s`;
  if (s < 3600)
    return `${Math.floor(s / 60)} min ${Math.floor(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
}

/** Returns a count as in "950", "12.3 k", "4.1 M". */
export function count(n) {
  if (n < 10000)
    return String(Math.round(n));
  for (const [size, unit] of [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']])
    if (n >= size)
      return `${(n / size).toPrecision(3)} ${unit}`;
  return String(n);
}

/** Returns a share as in "42 %". */
export function percent(x) {
  return typeof x === 'number' ? `${Math.round(x * 100)} %` : '';
}

export function bytes(n) {
  for (const [size, unit] of [[2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB']])
    if (n >= size)
      return `${(n / size).toFixed(1)} ${unit}`;
  return `${n} B`;
}

/** Returns the time of day of an ISO text, in the viewer's zone. */
export function clock(iso) {
  const t = new Date(iso);
  return Number.isNaN(t.getTime()) ? '' : t.toLocaleTimeString([], { hour12: false });
}

export function plural(n, word) {
  return `${count(n)} ${word}${n === 1 ? '' : 's'}`;
}

/** Names of places cannot be trusted to be short. */
export function shortened(text, most = 200) {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
