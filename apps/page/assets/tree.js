// SPDX-License-Identifier: Apache-2.0
// The tree on the page. Only the rows in sight are elements, so that ten
// thousand children cost no more than thirty.

import { byId, h, setText } from './dom.js';
import { count, duration, shortened } from './format.js';
import { outline, parentKey } from './outline.js';
import { flashTime } from './store.js';

const spare = 6;

export class Tree {
  constructor(store, { select }) {
    this.store = store;
    this.select = select;
    this.box = byId('tree');
    this.space = byId('rows');
    this.folded = new Set();
    this.filter = '';
    this.onlyTrouble = false;
    this.lines = [];
    this.current = null;
    this.pool = [];
    this.seen = -1;
    this.box.addEventListener('scroll', () => this.schedule());
    this.box.addEventListener('keydown', (x) => this.onKey(x));
    this.box.addEventListener('click', (x) => this.onClick(x));
    new ResizeObserver(() => this.schedule()).observe(this.box);
    byId('filter').addEventListener('input', (x) => {
      this.filter = x.target.value;
      this.reorder();
    });
    byId('only-trouble').addEventListener('change', (x) => {
      this.onlyTrouble = x.target.checked;
      this.reorder();
    });
  }

  /** Shows what has changed in the store. */
  update() {
    if (this.seen !== this.store.version || this.onlyTrouble || this.filter.includes(':'))
      this.reorder();
    else
      this.schedule();
  }

  reorder() {
    this.seen = this.store.version;
    this.lines = outline(this.store.rows, this);
    if (this.current !== null && !this.store.rows.has(this.current))
      this.current = null;
    setText(byId('tree-note'), this.note());
    this.schedule();
  }

  note() {
    if (this.store.rows.size === 0)
      return 'There is no supervisor yet.';
    if (this.lines.length === 0)
      return 'No child matches.';
    return '';
  }

  schedule() {
    if (this.due)
      return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      this.draw();
    });
  }

  rowHeight() {
    return parseFloat(getComputedStyle(this.box).getPropertyValue('--row')) || 30;
  }

  draw() {
    const height = this.rowHeight();
    const total = `${this.lines.length * height}px`;
    if (this.space.style.height !== total)
      this.space.style.height = total;
    const first = Math.max(0, Math.floor(this.box.scrollTop / height) - spare);
    const most = Math.ceil(this.box.clientHeight / height) + 2 * spare;
    const last = Math.min(this.lines.length, first + most);
    while (this.pool.length < last - first)
      this.pool.push(this.makeRow());
    this.pool.forEach((element, i) => {
      const line = this.lines[first + i];
      element.hidden = first + i >= last;
      if (!element.hidden)
        this.fill(element, line, (first + i) * height);
    });
    const active = this.pool.find((x) => !x.hidden && x.key === this.current);
    if (active)
      this.box.setAttribute('aria-activedescendant', active.id);
    else
      this.box.removeAttribute('aria-activedescendant');
  }

  makeRow() {
    const cell = (name) => h('span', { class: name });
    const cells = ['name', 'state', 'generation', 'restarts', 'mailbox', 'busy', 'age'].map(cell);
    const toggle = h('span', { class: 'toggle', 'aria-hidden': 'true' });
    const label = h('span', { class: 'label' });
    cells[0].append(toggle, label);
    const meter = h('span', { class: 'meter' }, h('span', {}));
    cells[5].append(meter, h('span', { class: 'share' }));
    const element = h('div', { role: 'treeitem', class: 'row', id: `row-${this.pool.length}` }, ...cells);
    Object.assign(element, { cells, toggle, label, meter });
    this.space.append(element);
    return element;
  }

  fill(element, line, top) {
    const { depth, index, siblings, size, open } = line;
    const row = this.store.rows.get(line.row.key) ?? line.row;
    element.key = row.key;
    element.style.transform = `translateY(${top}px)`;
    element.style.setProperty('--depth', depth);
    element.dataset.state = row.state;
    element.dataset.path = row.path;
    element.classList.toggle('current', row.key === this.current);
    const since = this.store.flashes.get(row.key);
    element.classList.toggle('flash', since !== undefined && Date.now() - since < flashTime);
    element.setAttribute('aria-level', depth + 1);
    element.setAttribute('aria-posinset', index + 1);
    element.setAttribute('aria-setsize', siblings);
    element.setAttribute('aria-selected', row.key === this.current);
    if (size > 0)
      element.setAttribute('aria-expanded', open);
    else
      element.removeAttribute('aria-expanded');
    setText(element.toggle, size === 0 ? '' : open ? '▾' : '▸');
    setText(element.label, shortened(depth === 0 ? row.path : row.id, 80));
    const [, state, generation, restarts, mailbox, busy, age] = element.cells;
    setText(state, row.state);
    setText(generation, row.generation ? `#${count(row.generation)}` : '');
    setText(restarts, row.restart_limit === null
      ? count(row.restarts_in_window) : `${row.restarts_in_window}/${row.restart_limit}`);
    restarts.classList.toggle('hot', row.restarts_in_window > 0);
    setText(mailbox, row.waiting > 0 ? count(row.waiting) : '');
    const share = row.busy_share ?? 0;
    element.meter.firstChild.style.width = `${Math.round(share * 100)}%`;
    setText(busy.lastChild, row.busy_share === null ? '' : `${Math.round(share * 100)} %`);
    setText(age, duration(row.busy_for_s));
    age.classList.toggle('hot', (row.busy_for_s ?? 0) > 1);
    const label = `${row.id}, ${row.state}, generation ${row.generation}, `
      + `${row.restarts_in_window} restarts, ${row.waiting} messages wait`;
    if (element.getAttribute('aria-label') !== label)
      element.setAttribute('aria-label', label);
  }

  onClick(event) {
    const element = event.target.closest('.row');
    if (!element)
      return;
    if (event.target === element.toggle)
      this.fold(element.key);
    this.choose(element.key);
  }

  fold(key, folded = !this.folded.has(key)) {
    if (folded)
      this.folded.add(key);
    else
      this.folded.delete(key);
    this.reorder();
  }

  choose(key) {
    this.current = key;
    this.select(key);
    this.schedule();
  }

  /** As in the practices for trees of the W3C. */
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey)
      return;
    const at = this.lines.findIndex((x) => x.row.key === this.current);
    const line = this.lines[at];
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.rowHeight()) - 1);
    const moves = {
      ArrowDown: at + 1, ArrowUp: at < 0 ? 0 : at - 1, Home: 0, End: this.lines.length - 1,
      PageDown: at + page, PageUp: at - page,
    };
    if (event.key in moves) {
      this.go(moves[event.key]);
    } else if (event.key === 'ArrowRight' && line) {
      if (line.size > 0 && !line.open)
        this.fold(line.row.key, false);
      else if (line.size > 0)
        this.go(at + 1);
    } else if (event.key === 'ArrowLeft' && line) {
      const parent = parentKey(this.store.rows, line.row);
      if (line.open)
        this.fold(line.row.key, true);
      else if (parent !== null)
        this.go(this.lines.findIndex((x) => x.row.key === parent));
    } else if (event.key === 'Enter' && line) {
      byId('panel').focus();
    } else {
      return;
    }
    event.preventDefault();
  }

  go(to) {
    if (this.lines.length === 0)
      return;
    const at = Math.min(Math.max(to, 0), this.lines.length - 1);
    const height = this.rowHeight();
    if (at * height < this.box.scrollTop)
      this.box.scrollTop = at * height;
    else if ((at + 1) * height > this.box.scrollTop + this.box.clientHeight)
      this.box.scrollTop = (at + 1) * height - this.box.clientHeight;
    this.choose(this.lines[at].row.key);
  }
}
