// SPDX-License-Identifier: Apache-2.0
// Which rows of the tree are shown, in which order and how deep. Pure.

import { isTrouble } from './store.js';

/** Returns the key of the row that `row` is below, null for a root. */
export function parentKey(rows, row) {
  // A name may have a slash in it, so the longest path that is there counts.
  for (let end = row.path.lastIndexOf('/'); end > 0; end = row.path.lastIndexOf('/', end - 1)) {
    const key = `${row.home}\n${row.path.slice(0, end)}`;
    if (rows.has(key))
      return key;
  }
  return null;
}

/** Reads "cache state:waiting" into a function of a row. */
export function parseFilter(text) {
  const tests = text.toLowerCase().split(/\s+/).filter((x) => x !== '').map((word) => {
    const [, field, value] = /^(state|node|type|place):(.*)$/.exec(word) ?? [];
    if (field)
      return (row) => String(row[field] ?? '').toLowerCase().includes(value);
    return (row) => row.path.toLowerCase().includes(word);
  });
  return (row) => tests.every((test) => test(row));
}

/**
 * Returns the rows to show as `{ row, depth, size, index, siblings, open }`,
 * where `size` is the number of children. Rows that match the filter are shown
 * with all that they are below.
 *
 * `folded` has the keys of those whose children are not shown.
 */
export function outline(rows, { folded, filter, onlyTrouble }) {
  const children = new Map([[null, []]]);
  for (const row of rows.values()) {
    const parent = parentKey(rows, row);
    if (!children.has(parent))
      children.set(parent, []);
    children.get(parent).push(row);
  }
  const matches = parseFilter(filter);
  const filtered = filter.trim() !== '' || onlyTrouble;
  const wanted = new Set();
  if (filtered)
    for (const row of rows.values())
      if (matches(row) && (!onlyTrouble || isTrouble(row)))
        for (let x = row; x && !wanted.has(x.key); x = rows.get(parentKey(rows, x)))
          wanted.add(x.key);
  const result = [];
  const walk = (parent, depth) => {
    const list = (children.get(parent) ?? []).filter((x) => !filtered || wanted.has(x.key));
    list.forEach((row, index) => {
      const size = (children.get(row.key) ?? []).length;
      const open = size > 0 && (filtered || !folded.has(row.key));
      result.push({ row, depth, size, index, siblings: list.length, open });
      if (open)
        walk(row.key, depth + 1);
    });
  };
  walk(null, 0);
  return result;
}
