// SPDX-License-Identifier: Apache-2.0
// What stands beside the tree: one panel at a time.

import { chart } from './chart.js';
import { h, table } from './dom.js';
import { bytes, clock, count, duration, percent, plural, shortened } from './format.js';
import { get } from './live.js';

const shownEvents = 200;

function nothing(text) {
  return h('p', { class: 'nothing' }, text);
}

function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== '');
  return h('dl', { class: 'facts' },
    ...known.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

function button(text, run, kind = '') {
  return h('button', { type: 'button', class: kind, onclick: run }, text);
}

/** The chosen child: what it does, what can be done with it, what it got last. */
export class ChildPanel {
  static title = 'Child';

  constructor(store, { act }) {
    this.store = store;
    this.act = act;
    this.key = null;
    this.flight = null;
    this.place = h('div');
    this.head = h('div');
    this.actions = h('div', { class: 'actions' });
    this.messages = h('div');
    this.place.append(this.head, this.actions, this.messages);
  }

  choose(key) {
    this.key = key;
    this.flight = null;
    this.messages.replaceChildren();
    const row = this.store.rows.get(key);
    this.actions.replaceChildren(...(row ? this.buttons(row) : []));
    this.update();
  }

  buttons(row) {
    const target = { node: row.home, target: row.path };
    const ask = (action, what) => () => this.act({ action, ...target }, what);
    const all = [
      button('Restart', ask('restart', `Stops ${row.path} and starts it again. Costs no restart.`)),
      button('Stop', ask('stop', `Stops ${row.path}; its place stays empty until it is restarted.`)),
      button('Drain', ask('drain', `Lets ${row.path} finish what waits in its mailbox, then stops it.`)),
      button('Crash', ask('kill', `Kills the incarnation of ${row.path}; its supervisor restarts it as after any failure.`), 'danger'),
    ];
    const flight = button('Last messages', () => this.loadFlight(row));
    return row.is_root ? [flight] : [...all, flight];
  }

  async loadFlight(row) {
    try {
      const record = await get('history', { node: row.home, path: row.path });
      this.messages.replaceChildren(h('h3', {}, 'Last messages, newest first'),
        record.messages.length === 0 ? nothing('It has had none.')
          : table('Last messages', ['ago', 'kind', 'begins with', 'elements', 'from'],
            record.messages.toReversed().map((x) => [
              duration(x.age_s), x.kind, shortened(x.type), String(x.size),
              x.sender ? `actor ${x.sender}` : ''])));
    } catch (problem) {
      this.messages.replaceChildren(nothing(problem.message));
    }
  }

  update() {
    const row = this.store.rows.get(this.key);
    if (!row) {
      this.head.replaceChildren(nothing(this.key === null
        ? 'Choose a child in the tree.' : 'This child is gone.'));
      this.actions.replaceChildren();
      return;
    }
    this.head.replaceChildren(
      h('h3', { class: 'path' }, row.path),
      facts([
        ['state', row.state],
        ['generation', row.generation ? `#${row.generation}` : 'none yet'],
        ['type', row.type ?? ''],
        ['lives', row.place + (row.node && row.node !== row.home ? ` on ${row.node}` : '')],
        ['restarts in the window', row.restart_limit === null
          ? String(row.restarts_in_window)
          : `${row.restarts_in_window} of ${row.restart_limit}`],
        ['failures', count(row.failures)],
        ['restarts', count(row.restarts)],
        ['next start in', duration(row.next_start_s)],
        ['messages that wait', count(row.waiting)],
        ['busy share', percent(row.busy_share)],
        ['in work', row.busy_for_s === null ? ''
          : `${shortened(row.message ?? 'a message')} for ${duration(row.busy_for_s)}`],
        ['last failure', row.last_death ?? row.last_failure ?? ''],
        ['note', row.note ?? ''],
      ]),
    );
  }
}

export class EventsPanel {
  static title = 'Events';

  constructor(store) {
    this.store = store;
    this.place = h('div');
    this.level = h('select', { 'aria-label': 'Show', onchange: () => this.update() },
      h('option', { value: 'all' }, 'all events'),
      h('option', { value: 'bad' }, 'warnings and errors'));
    this.list = h('ol', { class: 'events' });
    this.more = h('p', { class: 'nothing' });
    this.place.append(h('div', { class: 'bar' }, this.level), this.list, this.more);
    this.seen = null;
  }

  update() {
    const last = this.store.events[this.store.events.length - 1];
    const seen = `${this.level.value} ${last?.node} ${last?.number} ${this.store.events.length}`;
    if (this.seen === seen)
      return;
    this.seen = seen;
    const fits = this.level.value === 'all' ? () => true : (x) => x.level !== 'info';
    const shown = this.store.events.filter(fits).slice(-shownEvents).reverse();
    this.list.replaceChildren(...shown.map((x) => h('li', { class: x.level },
      h('time', { datetime: x.time }, clock(x.time)), ' ',
      h('span', { class: 'level' }, x.level), ' ',
      h('span', { class: 'text' }, shortened(x.text, 600)),
      x.last_messages.length > 0
        ? h('details', {}, h('summary', {}, 'last messages'),
          h('ol', {}, ...x.last_messages.map((y) => h('li', {}, shortened(y)))))
        : null)));
    this.more.textContent = shown.length === 0 ? 'Nothing has happened yet.'
      : this.store.lostEvents > 0
        ? `${plural(this.store.lostEvents, 'older event')} not shown.` : '';
  }
}

export class NodesPanel {
  static title = 'Nodes';

  constructor(store) {
    this.store = store;
    this.place = h('div');
  }

  update() {
    this.place.replaceChildren(...this.store.nodes.map((x) => h('article', {},
      h('h3', {}, x.node || 'this process'),
      facts([
        ['answers', x.answer],
        ['note', x.note ?? ''],
        ['actors', count(x.actors)],
        ['dead letters', count(x.dead_letters)],
        ['snapshot took', duration(x.took_s)],
        ['children left out', x.omitted > 0 ? count(x.omitted) : ''],
        ['scheduler', x.workers.length > 0
          ? `${plural(x.workers.length, 'thread')}, ${count(x.workers.reduce((sum, y) => sum + y.turns, 0))} turns, `
            + `${count(x.workers.reduce((sum, y) => sum + y.stolen, 0))} stolen` : ''],
        ['threads busy', x.workers.filter((y) => typeof y.busy_share === 'number')
          .map((y) => percent(y.busy_share)).join(', ')],
      ]),
      x.peers.length === 0 ? null : table(`Links of ${x.node}`,
        ['linked node', 'state', 'address', 'workers', 'reason'],
        x.peers.map((y) => [y.name, y.state, y.address, String(y.workers), y.reason ?? ''])),
      !x.links?.length ? null : table(`Traffic of ${x.node}`,
        ['linked node', 'sent', 'received', 'waits', 'on its way', 'resumed', 'phi'],
        x.links.map((y) => [y.peer, `${bytes(y.sent_bytes)} in ${plural(y.sent_frames, 'frame')}`,
          `${bytes(y.received_bytes)} in ${plural(y.received_frames, 'frame')}`, bytes(y.waiting_bytes),
          `${bytes(y.unacknowledged_bytes)} of ${bytes(y.window_bytes)}`, count(y.resumed),
          y.phi === null ? '' : y.phi.toFixed(1)])),
      x.processes.length === 0 ? null : table(`Processes of ${x.node}`,
        ['process', 'works for', 'memory', 'processor time'],
        x.processes.map((y) => [String(y.pid), y.child ? `${y.child} #${y.generation}` : '',
          bytes(y.resident_bytes), duration(y.cpu_time_s)])))));
    if (this.store.nodes.length === 0)
      this.place.replaceChildren(nothing('Nothing was heard yet.'));
  }
}

export class PoolsPanel {
  static title = 'Pools';

  constructor(store) {
    this.store = store;
    this.place = h('div');
  }

  update() {
    if (this.store.pools.size === 0) {
      this.place.replaceChildren(nothing('There are no pools.'));
      return;
    }
    this.place.replaceChildren(...[...this.store.pools.values()].map(({ node, now, points }) => h('article', {},
      h('h3', {}, node ? `${now.name} on ${node}` : now.name),
      h('div', { class: 'charts' },
        chart('throughput', points.map((x) => x.rate), (x) => `${count(x)} tasks/s`),
        chart('queue', points.map((x) => x.waiting), (x) => plural(x, 'task')),
        chart('time in the pool', points.map((x) => x.latency), (x) => duration(x))),
      facts([
        ['workers', count(now.workers)],
        ['queued', count(now.queued)],
        ['with workers', count(now.outstanding)],
        ['completed', count(now.completed)],
        ['retried', count(now.retried)],
        ['failed', count(now.failed)],
        ['in quarantine', count(now.quarantined ?? 0)],
        ['second copies', now.hedged ? `${count(now.hedged)}, ${count(now.hedges_won)} first` : ''],
        ['workers busy', percent(now.utilisation)],
        ['wait for a worker', now.accepted ? `${duration(now.wait_p50_s)}, 99 %: ${duration(now.wait_p99_s)}` : ''],
        ['time with a worker', now.completed ? `${duration(now.run_p50_s)}, 99 %: ${duration(now.run_p99_s)}` : ''],
        ['refused', count(now.refused)],
        ['workers restarted', count(now.restarts)],
        ['workers recycled', count(now.recycled ?? 0)],
        ['note', now.note ?? ''],
      ]))));
  }
}

/** A panel whose content is asked for when it is shown, and every few seconds. */
class AskedPanel {
  constructor(store) {
    this.store = store;
    this.place = h('div');
    this.asked = 0;
  }

  async update() {
    const now = Date.now();
    if (now - this.asked < 2000)
      return;
    this.asked = now;
    const nodes = this.store.nodes.map((x) => x.node);
    const parts = await Promise.all(nodes.map(async (node) => {
      try {
        return this.show(node, await get(this.path, { node }));
      } catch (problem) {
        return [h('h3', {}, node), nothing(problem.message)];
      }
    }));
    this.place.replaceChildren(...parts.flat());
  }

  again() {
    this.asked = 0;
    return this.update();
  }
}

export class LettersPanel extends AskedPanel {
  static title = 'Dead letters';

  path = 'letters';

  show(node, { letters, counts }) {
    return [
      h('h3', {}, node || 'this process'),
      counts.length === 0 ? nothing('Every message reached somebody.')
        : h('p', {}, counts.map((x) => `${count(x.count)} × ${x.reason}`).join(', ')),
      letters.length === 0 ? null
        : table(`Dead letters of ${node}`, ['time', 'reason', 'from', 'to', 'message'],
          letters.toReversed().map((x) => [clock(x.time), x.reason, x.from ?? '', x.to ?? '',
            shortened(x.message)])),
    ].filter((x) => x !== null);
  }
}

export class QuarantinePanel extends AskedPanel {
  static title = 'Quarantine';

  path = 'quarantine';

  constructor(store, { act }) {
    super(store);
    this.act = act;
  }

  show(node, { messages, silent }) {
    const ask = (action, x, what) => async () => {
      await this.act({ action, node, target: x.supervisor, number: x.number }, what);
      await this.again();
    };
    return [
      h('h3', {}, node || 'this process'),
      messages.length === 0 ? nothing('No message is in quarantine.') : null,
      silent.length === 0 ? null : h('p', {}, `No answer from ${silent.join(', ')}.`),
      ...messages.map((x) => h('article', {},
        h('h4', { class: 'path' }, `${x.child}, message ${x.number}`),
        h('pre', {}, shortened(x.text, 2000)),
        h('ol', {}, ...x.history.map((y) => h('li', {},
          `${clock(y.time)} killed #${y.generation}: ${shortened(y.reason, 400)}`))),
        h('div', { class: 'actions' },
          button('Replay', ask('replay', x, `Sends message ${x.number} to ${x.child} again.`)),
          button('Discard', ask('discard', x, `Drops message ${x.number} for ${x.child}. It cannot be had back.`), 'danger')))),
    ].filter((x) => x !== null);
  }
}
