// SPDX-License-Identifier: Apache-2.0
// The works of the benchmark on Node's worker threads.
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { fork } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const now = () => performance.now();
const cores = availableParallelism?.() ?? cpus().length;
const out = (metric, unit, better, value) =>
  console.log(`${metric}|${unit}|${better}|${value}`);
// Who does not finish within the limit is judged by what is done until then.
const limit = 10_000;
const note = (done, n) => {
  if (done < n)
    console.log(`note|stopped after ${limit / 1e3} s with ${done} of ${n}`);
};
const percentile = (xs, share) => {
  xs.sort((a, b) => a - b);
  return xs[Math.min(xs.length - 1, Math.trunc(share * xs.length))];
};
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const compute = (ms) => {
  for (const end = now() + ms; now() < end;);
};
const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));

if (process.argv[2] === '--echo') {
  process.on('message', (m) => process.send(m));
} else if (!isMainThread) {
  parentPort.on('message', (m) => {
    if (m.flood) {
      for (let i = 0; i < m.flood; ++i) parentPort.postMessage(i);
      return;
    }
    if (m.compute) compute(m.compute);
    if (m.fib) fib(m.fib);
    if (m.data) parentPort.postMessage(m, m.moved === false ? [] : [m.data]);
    else parentPort.postMessage(m.i);
  });
} else {
  const start = () => new Worker(fileURLToPath(import.meta.url));
  const next = (w) => new Promise((resolve) => w.once('message', resolve));
  const ask = (w, m, moved = []) => {
    const answer = next(w);
    w.postMessage(m, moved);
    return answer;
  };
  // Has as many of `n` tasks done as the limit permits, `window` at a time;
  // returns their number.
  const deal = async (ws, n, task, window, patience = limit) => {
    const end = now() + patience;
    let done = 0;
    let sent = 0;
    await new Promise((resolve) => {
      for (const w of ws) {
        w.on('message', () => {
          if (++done === n || now() > end) resolve();
          else if (sent < n) w.postMessage(task(sent++));
        });
      }
      for (let i = 0; i < window && sent < n; ++i)
        ws[i % ws.length].postMessage(task(sent++));
    });
    return done;
  };
  const works = {
    async pingpong() {
      const n = 2_000_000;
      const w = start();
      await ask(w, { i: 0 });
      const t = now();
      const done = 2 * await deal([w], n / 2, (i) => ({ i }), 1);
      note(done, n);
      out('rate', 'messages/s', 'higher', (done / (now() - t)) * 1e3);
    },
    async many_to_one() {
      const each = 500_000;
      const n = 4 * each;
      const ws = Array.from({ length: 4 }, start);
      for (const w of ws) await ask(w, { i: 0 });
      const t = now();
      let done = 0;
      await new Promise((resolve) => {
        for (const w of ws) {
          w.on('message', () => {
            if (++done === n || now() - t > limit) resolve();
          });
          w.postMessage({ flood: each });
        }
      });
      note(done, n);
      out('rate', 'messages/s', 'higher', (done / (now() - t)) * 1e3);
    },
    async spawn() {
      const n = 500_000;
      const t = now();
      let done = 0;
      // One per core at a time: each has an engine of its own.
      const chain = async () => {
        while (done < n && now() - t < limit) {
          const w = start();
          await ask(w, { i: done });
          await w.terminate();
          ++done;
        }
      };
      await Promise.all(Array.from({ length: cores }, chain));
      note(done, n);
      out('rate', 'actors/s', 'higher', (done / (now() - t)) * 1e3);
    },
    async idle_memory() {
      const n = 8;
      const before = process.memoryUsage().rss;
      for (let i = 0; i < n; ++i) await ask(start(), { i });
      out('bytes_per_actor', 'bytes', 'lower',
        (process.memoryUsage().rss - before) / n);
    },
    async idle_request() {
      const w = start();
      await ask(w, { i: 0 });
      const xs = [];
      for (let i = 0; i < 500; ++i) {
        await sleep(2);
        const t = now();
        await ask(w, { i });
        xs.push((now() - t) * 1e3);
      }
      out('p50', 'us', 'lower', percentile(xs, 0.5));
      out('p99', 'us', 'lower', percentile(xs, 0.99));
    },
    async idle_cpu() {
      await ask(start(), { i: 0 });
      await sleep(500);
      const use = () => {
        const x = process.resourceUsage();
        return [(x.userCPUTime + x.systemCPUTime) / 1e6,
          x.voluntaryContextSwitches + x.involuntaryContextSwitches];
      };
      const [c0, w0] = use();
      await sleep(2000);
      const [c1, w1] = use();
      out('cpu_share', 'share of a core', 'lower', (c1 - c0) / 2);
      out('wakeups', '1/s', 'lower', (w1 - w0) / 2);
    },
    async fanout() {
      const ws = [start(), start()];
      for (const w of ws) await ask(w, { i: 0 });
      const xs = [];
      for (let i = 0; i < 60; ++i) {
        await sleep(4);
        const t = now();
        await Promise.all(ws.map((w) => ask(w, { i, compute: 5 })));
        xs.push(now() - t);
      }
      out('p50', 'ms', 'lower', percentile(xs, 0.5));
      out('p90', 'ms', 'lower', percentile(xs, 0.9));
    },
    async tiny_request() {
      const n = 400_000;
      const t0 = now();
      for (let i = 0; i < n; ++i) compute(0.001);
      const ideal = (now() - t0) / cores;
      const ws = Array.from({ length: cores }, start);
      for (const w of ws) await ask(w, { i: 0 });
      const t = now();
      const done = await deal(ws, n, (i) => ({ i, compute: 0.001 }), 256);
      note(done, n);
      out('share', 'of the ideal', 'higher',
        (ideal * done) / n / (now() - t));
    },
    async fib() {
      const ws = Array.from({ length: cores }, start);
      const t = now();
      await deal(ws, 10, () => ({ fib: 40 }), cores, Infinity);
      out('time', 's', 'lower', (now() - t) / 1e3);
    },
    async buffer_thread() {
      const w = start();
      const time = async (data, moved, n) => {
        const xs = [];
        for (let i = 0; i < n; ++i) {
          const t = now();
          const back = await ask(w, { data, moved }, moved ? [data] : []);
          if (moved) data = back.data;
          xs.push((now() - t) * 1e3);
        }
        return percentile(xs, 0.5);
      };
      const data = () => new ArrayBuffer(64 << 20);
      out('there_and_back', 'us', 'lower', await time(data(), true, 200));
      out('cloned', 'us', 'lower', await time(data(), false, 10));
    },
    async buffer_process() {
      const child = fork(fileURLToPath(import.meta.url), ['--echo'],
        { serialization: 'advanced' });
      const xs = [];
      for (let i = 0; i < 6; ++i) {
        const data = new Uint8Array(64 << 20);
        const t = now();
        const answer = new Promise((resolve) => child.once('message', resolve));
        child.send(data);
        await answer;
        xs.push((now() - t) * 1e3);
      }
      child.kill();
      out('there_and_back', 'us', 'lower', percentile(xs, 0.5));
    },
    async buffer() {
      const w = start();
      let data = new ArrayBuffer(64 << 20);
      const xs = [];
      for (let i = 0; i < 30; ++i) {
        const t = now();
        ({ data } = await ask(w, { data }, [data]));
        xs.push((now() - t) * 1e3);
      }
      out('there_and_back', 'us', 'lower', percentile(xs, 0.5));
    },
  };
  await works[process.argv[2]]?.();
  process.exit(0);
}
