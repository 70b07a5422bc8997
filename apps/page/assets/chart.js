// SPDX-License-Identifier: Apache-2.0
// A line over time.

import { h } from './dom.js';

const width = 300;
const height = 60;

function svg(tag, attributes) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes))
    node.setAttribute(name, value);
  return node;
}

/** Draws values, of which some may be null, with the last one as text. */
export function chart(title, values, text) {
  const known = values.filter((x) => x !== null);
  const top = Math.max(...known, 0) || 1;
  const step = width / Math.max(values.length - 1, 1);
  let path = '';
  let pen = 'M';
  values.forEach((x, i) => {
    if (x === null) {
      pen = 'M';
      return;
    }
    path += `${pen}${(i * step).toFixed(1)} ${(height - x / top * (height - 4) - 2).toFixed(1)}`;
    pen = 'L';
  });
  const last = known.length > 0 ? text(known[known.length - 1]) : 'nothing yet';
  const picture = svg('svg', {
    viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img',
    'aria-label': `${title}: now ${last}, at most ${text(top)}`,
  });
  picture.append(svg('path', { d: path || 'M0 0', class: 'line' }));
  return h('figure', { class: 'chart' },
    h('figcaption', {}, h('span', {}, title), h('span', { class: 'now' }, last)),
    picture);
}
