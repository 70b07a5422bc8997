// SPDX-License-Identifier: Apache-2.0
// The pool works of the benchmark on piscina: piscina.mjs NPM_FOLDER WORK
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';

const cores = availableParallelism?.() ?? cpus().length;
const now = () => performance.now();
// Who does not finish within the limit is judged by what is done until then.
const limit = 10_000;
const out = (metric, unit, better, value) =>
  console.log(`${metric}|${unit}|${better}|${value}`);
const percentile = (xs, share) => {
  xs.sort((a, b) => a - b);
  return xs[Math.min(xs.length - 1, Math.trunc(share * xs.length))];
};
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const { Piscina } = createRequire(`${process.argv[2]}/`)('piscina');
const pool = new Piscina({
  filename: new URL('./piscina_worker.mjs', import.meta.url).href,
  minThreads: cores,
  maxThreads: cores,
});
await Promise.all(Array.from({ length: cores * 2 }, () => pool.run({})));

const works = {
  async fanout() {
    const xs = [];
    for (let i = 0; i < 60; ++i) {
      await sleep(4);
      const t = now();
      await Promise.all([pool.run({ compute: 5 }), pool.run({ compute: 5 })]);
      xs.push(now() - t);
    }
    out('p50', 'ms', 'lower', percentile(xs, 0.5));
    out('p90', 'ms', 'lower', percentile(xs, 0.9));
  },
  async tiny_request() {
    const n = 400_000;
    const t0 = now();
    for (let i = 0; i < n; ++i)
      for (const end = now() + 0.001; now() < end;);
    const ideal = (now() - t0) / cores;
    const t = now();
    let sent = 0;
    let done = 0;
    const chain = async () => {
      for (; sent < n && now() - t < limit; ++done) {
        ++sent;
        await pool.run({ compute: 0.001 });
      }
    };
    await Promise.all(Array.from({ length: 256 }, chain));
    if (done < n)
      console.log(`note|stopped after ${limit / 1e3} s with ${done} of ${n}`);
    out('share', 'of the ideal', 'higher', (ideal * done) / n / (now() - t));
  },
  async fib() {
    const t = now();
    await Promise.all(Array.from({ length: 10 }, () => pool.run({ fib: 40 })));
    out('time', 's', 'lower', (now() - t) / 1e3);
  },
};
await works[process.argv[3]]?.();
process.exit(0);
