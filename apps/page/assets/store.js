// SPDX-License-Identifier: Apache-2.0
// What is known of the system. Holds as much as there is, and no more: a page
// may stay open for days.

const maxEvents = 1000;
const maxPoints = 300;

/** Time for which a failure shows in the tree. */
export const flashTime = 4000;

export class Store {
  constructor() {
    /** Rows by key, see `keyOf`, in the order in which they came. */
    this.rows = new Map();
    /** Newest last. */
    this.events = [];
    this.lostEvents = 0;
    this.nodes = [];
    /** By node and name: the last numbers and the points of the chart. */
    this.pools = new Map();
    /** When a child failed last, by key. */
    this.flashes = new Map();
    this.version = 0;
    this.failuresSeen = 0;
  }

  static keyOf(node, path) {
    return `${node}\n${path}`;
  }

  /** A new stream begins with everything. */
  restart() {
    this.rows.clear();
    this.events = [];
    this.lostEvents = 0;
    ++this.version;
  }

  /** Returns whether rows came or went, or may have another place. */
  takeTree({ node, rows, gone }) {
    let moved = gone.length > 0;
    for (const path of gone)
      this.rows.delete(Store.keyOf(node, path));
    for (const row of rows) {
      const key = Store.keyOf(node, row.path);
      moved ||= !this.rows.has(key);
      this.rows.set(key, Object.freeze({ ...row, key, home: node }));
    }
    if (moved)
      ++this.version;
    return moved;
  }

  takeSystem({ nodes }) {
    this.nodes = nodes;
    const present = new Set();
    for (const node of nodes)
      for (const pool of node.pools) {
        const key = Store.keyOf(node.node, pool.name);
        present.add(key);
        this.takePool(key, node, pool);
      }
    for (const key of this.pools.keys())
      if (!present.has(key))
        this.pools.delete(key);
  }

  takePool(key, node, pool) {
    const before = this.pools.get(key);
    const time = Date.parse(node.time) / 1000;
    const points = before ? before.points : [];
    if (before && time > before.time && pool.completed >= before.now.completed) {
      const passed = time - before.time;
      const done = pool.completed - before.now.completed;
      points.push({
        time,
        rate: done / passed,
        waiting: pool.queued,
        latency: latency(before.now, pool, done / passed),
      });
      if (points.length > maxPoints)
        points.shift();
    }
    this.pools.set(key, { node: node.node, now: pool, time, points });
  }

  /** Returns those that are failures. */
  takeEvents({ events, lost }) {
    this.lostEvents += lost;
    this.events.push(...events);
    if (this.events.length > maxEvents)
      this.events.splice(0, this.events.length - maxEvents);
    const failures = events.filter((x) => x.level !== 'info');
    const now = Date.now();
    for (const x of failures)
      if (now - Date.parse(x.time) < flashTime)
        this.flashes.set(Store.keyOf(x.node, x.subject), now);
    for (const [key, since] of this.flashes)
      if (now - since > flashTime)
        this.flashes.delete(key);
    this.failuresSeen += failures.length;
    return failures;
  }
}

/**
 * Returns the mean time that a task is in the pool, waiting or in work, in
 * seconds: as many as there are, divided by as many as leave (Little's law).
 */
function latency(before, now, rate) {
  const inside = (before.queued + before.outstanding + now.queued + now.outstanding) / 2;
  return rate > 0 ? inside / rate : null;
}

/** Whether somebody should look at a child. */
export function isTrouble(row) {
  return row.state === 'waiting' || row.state === 'stopping' || row.note !== null
    || row.restarts_in_window > 0 || (row.busy_for_s ?? 0) > 1;
}
