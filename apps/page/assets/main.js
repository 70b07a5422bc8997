// SPDX-License-Identifier: Apache-2.0
// Puts the page together.

import { byId, h, setText } from './dom.js';
import { count, plural, shortened } from './format.js';
import { act, follow, setToken } from './live.js';
import {
  ChildPanel, EventsPanel, LettersPanel, NodesPanel, PoolsPanel, QuarantinePanel,
} from './panels.js';
import { flashTime, Store } from './store.js';
import { Tree } from './tree.js';

const store = new Store();

/** Returns whether the viewer said yes. */
async function confirmed(title, text) {
  const dialog = byId('confirm');
  setText(byId('confirm-title'), title);
  setText(byId('confirm-text'), text);
  setText(byId('confirm-yes'), title);
  dialog.returnValue = '';
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener('close', done, { once: true }));
  return dialog.returnValue === 'yes';
}

function toast(text, kind) {
  const node = h('p', { class: kind }, shortened(text, 400));
  byId('toasts').append(node);
  while (byId('toasts').childElementCount > 3)
    byId('toasts').firstChild.remove();
  setTimeout(() => node.remove(), 6000);
}

const names = {
  restart: 'Restart', stop: 'Stop', drain: 'Drain', kill: 'Crash', replay: 'Replay', discard: 'Discard',
};

async function confirmAndAct(action, text) {
  if (!await confirmed(`${names[action.action]} ${action.target.split('/').pop()}`, text))
    return;
  try {
    toast(await act(action), 'done');
  } catch (problem) {
    toast(problem.message, 'failed');
  }
}

const tools = { act: confirmAndAct };
const panels = [ChildPanel, EventsPanel, PoolsPanel, NodesPanel, LettersPanel, QuarantinePanel]
  .map((Panel) => ({ title: Panel.title, content: new Panel(store, tools) }));
const [child] = panels;
let shown = panels[1];

function show(panel) {
  shown = panel;
  for (const x of panels) {
    x.tab.setAttribute('aria-selected', x === panel);
    x.tab.tabIndex = x === panel ? 0 : -1;
  }
  byId('panel').setAttribute('aria-labelledby', panel.tab.id);
  byId('panel').replaceChildren(panel.content.place);
  panel.content.update();
}

panels.forEach((x, i) => {
  x.tab = h('button', { type: 'button', role: 'tab', id: `tab-${i}`, 'aria-controls': 'panel', onclick: () => show(x) }, x.title);
  byId('tabs').append(x.tab);
});
byId('tabs').addEventListener('keydown', (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step)
    return;
  const next = panels[(panels.indexOf(shown) + step + panels.length) % panels.length];
  show(next);
  next.tab.focus();
});

const tree = new Tree(store, {
  select(key) {
    child.content.choose(key);
    show(child);
  },
});

// Colours: as the system has them, or as the viewer wants them.
const themes = ['as the system', 'light', 'dark'];
let theme = localStorage.getItem('troupe-theme') ?? themes[0];
function applyTheme() {
  document.documentElement.dataset.theme = theme;
  byId('theme').setAttribute('aria-label', `Colours: ${theme}`);
  byId('theme').title = `Colours: ${theme}`;
}
byId('theme').addEventListener('click', () => {
  theme = themes[(themes.indexOf(theme) + 1) % themes.length];
  localStorage.setItem('troupe-theme', theme);
  applyTheme();
});
applyTheme();

function figures() {
  const rows = [...store.rows.values()].filter((x) => !x.is_supervisor);
  const sum = (f) => store.nodes.reduce((total, x) => total + f(x), 0);
  const all = [
    ['children', count(rows.length)],
    ['up', count(rows.filter((x) => x.state === 'up').length)],
    ['waiting', count(rows.filter((x) => x.state === 'waiting').length)],
    ['restarts', count([...store.rows.values()].reduce((total, x) => total + x.restarts, 0))],
    ['dead letters', count(sum((x) => x.dead_letters))],
    ['nodes', count(store.nodes.length)],
  ];
  const list = byId('figures');
  if (list.childElementCount !== all.length)
    list.replaceChildren(...all.map(([name]) => h('div', {}, h('dt', {}, name), h('dd'))));
  all.forEach(([, value], i) => setText(list.children[i].lastChild, value));
}

/** Tells those who do not see the page, once a second at most. */
let toAnnounce = [];
setInterval(() => {
  if (toAnnounce.length === 0)
    return;
  const last = toAnnounce[toAnnounce.length - 1];
  const others = toAnnounce.length > 1 ? ` and ${plural(toAnnounce.length - 1, 'other event')}` : '';
  setText(byId('announcer'), shortened(last.text) + others);
  toAnnounce = [];
}, 1000);

let due = false;
function refresh() {
  if (due)
    return;
  due = true;
  // In one go for all events of a piece of the stream; also in hidden pages.
  setTimeout(() => {
    due = false;
    tree.update();
    shown.content.update();
    figures();
  }, 50);
}

follow({
  connection(state, text) {
    byId('connection').dataset.state = state;
    setText(byId('connection'), text);
    document.body.classList.toggle('stale', state !== 'live');
  },
  async token() {
    const dialog = byId('ask-token');
    dialog.showModal();
    await new Promise((done) => dialog.addEventListener('close', done, { once: true }));
    setToken(byId('token').value);
    byId('token').value = '';
  },
  restart() {
    store.restart();
    refresh();
  },
  tree(x) {
    store.takeTree(x);
    refresh();
  },
  system(x) {
    store.takeSystem(x);
    refresh();
  },
  events(x) {
    const failures = store.takeEvents(x);
    toAnnounce = [...toAnnounce, ...failures].slice(-100);
    refresh();
    if (failures.length > 0)
      setTimeout(refresh, flashTime + 100);
  },
  trouble({ text }) {
    byId('connection').dataset.state = 'lost';
    setText(byId('connection'), text);
  },
});
show(shown);
