// SPDX-License-Identifier: Apache-2.0
// Elements without a framework. Texts only ever become text nodes: nothing that
// a child is called or throws is taken for markup.

/**
 * Makes an element: `h('p', { class: 'note' }, 'text', otherElement)`.
 * Properties beginning with "on" are listeners; null and false are left out.
 */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false)
      continue;
    if (name.startsWith('on'))
      node.addEventListener(name.slice(2), value);
    else
      node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((x) => x !== null && x !== undefined));
  return node;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Changes text only where it differs, so that nothing is announced twice. */
export function setText(node, text) {
  if (node.textContent !== text)
    node.textContent = text;
}

/** A table with a caption for those who do not see it. */
export function table(caption, columns, rows) {
  return h('div', { class: 'scroll' },
    h('table', {},
      h('caption', { class: 'unseen' }, caption),
      h('thead', {}, h('tr', {}, ...columns.map((x) => h('th', { scope: 'col' }, x)))),
      h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map((x) => h('td', {}, x)))))));
}
