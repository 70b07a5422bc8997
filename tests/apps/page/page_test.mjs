// SPDX-License-Identifier: Apache-2.0
// The page in a browser, with systems behind it that the test makes up.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch } from './browser.mjs';
import { child, eventOf, nodeOf, serve } from './fake_server.mjs';

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser.close());

/** Opens the page of a made-up system, and fails if the page has an error. */
async function open(t, system, options = {}) {
  const server = await serve(system);
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (x) => problems.push(String(x)));
  await page.goto(server.url);
  t.after(async () => {
    await context.close();
    server.close();
    assert.deepEqual(problems, []);
  });
  return { page, server };
}

function simple(send) {
  send('tree', {
    node: 'a',
    rows: [
      child('root', { is_supervisor: true }), child('root/cache', { busy_share: 0.5 }),
      child('root/store', { is_supervisor: true }), child('root/store/disk', { waiting: 7 }),
    ],
    gone: [],
  });
  send('system', { nodes: [nodeOf('a')] });
}

const row = (page, path) => page.locator(`.row[data-path="${path}"]:not([hidden])`);

test('the tree is one for screen readers, too', async (t) => {
  const { page } = await open(t, { live: simple });
  await row(page, 'root/store/disk').waitFor();
  assert.equal(await page.getByRole('tree').getAttribute('aria-labelledby'), 'tree-title');
  const disk = page.getByRole('treeitem', { name: /^disk, up, generation 1.*7 messages wait/ });
  assert.equal(await disk.getAttribute('aria-level'), '3');
  assert.equal(await row(page, 'root').getAttribute('aria-expanded'), 'true');
  assert.equal(await row(page, 'root/store').getAttribute('aria-posinset'), '2');
  assert.equal(await row(page, 'root/store').getAttribute('aria-setsize'), '2');
});

test('the tree goes by keys', async (t) => {
  const { page } = await open(t, { live: simple });
  await row(page, 'root/store/disk').waitFor();
  const current = () => page.locator('.row.current:not([hidden])').getAttribute('data-path');
  await page.getByRole('tree').focus();
  for (const [key, path] of [
    ['ArrowDown', 'root'], ['ArrowDown', 'root/cache'], ['End', 'root/store/disk'],
    ['ArrowLeft', 'root/store'], ['ArrowRight', 'root/store/disk'], ['Home', 'root'],
  ]) {
    await page.keyboard.press(key);
    await page.locator(`.row.current[data-path="${path}"]`).waitFor();
    assert.equal(await current(), path, key);
  }
  const active = await page.getByRole('tree').getAttribute('aria-activedescendant');
  assert.equal(await page.locator(`#${active}`).getAttribute('data-path'), 'root');
  await page.keyboard.press('ArrowLeft');
  await row(page, 'root/cache').waitFor({ state: 'detached' });
  assert.equal(await row(page, 'root').getAttribute('aria-expanded'), 'false');
});

test('ten thousand children are as few elements as fit, and all can be reached', async (t) => {
  const rows = [child('root', { is_supervisor: true })];
  for (let i = 0; i < 10000; ++i)
    rows.push(child(`root/c${i}`));
  const { page } = await open(t, { live: (send) => send('tree', { node: 'a', rows, gone: [] }) });
  await row(page, 'root/c0').waitFor();
  assert.ok(await page.locator('.row').count() < 100);
  await page.getByRole('tree').focus();
  await page.keyboard.press('End');
  await row(page, 'root/c9999').waitFor();
  await page.locator('#filter').fill('c4242');
  await row(page, 'root/c4242').waitFor();
  assert.equal(await page.locator('.row:not([hidden])').count(), 2);
});

test('hostile names and texts stay texts', async (t) => {
  const evil = '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>';
  const { page } = await open(t, {
    live(send) {
      send('tree', { node: evil, rows: [child('root'), child(`root/${evil}`, { last_death: evil, note: evil })], gone: [] });
      send('system', {
        nodes: [nodeOf(evil, {
          note: evil,
          pools: [{ name: evil, workers: 1, queued: 0, outstanding: 0, accepted: 0, completed: 0, refused: 0, retried: 0, failed: 0, restarts: 0, note: evil }],
          peers: [{ name: evil, state: evil, address: evil, workers: 1, roles: [evil], reason: evil }],
        })],
      });
      send('events', { events: [eventOf(1, { text: evil, level: 'error', last_messages: [evil] })], lost: 0 });
    },
    answers: {
      '/api/letters': [200, { letters: [{ number: 1, time: '', reason: evil, from: evil, to: evil, message: evil }], counts: [{ reason: evil, count: 1 }] }],
      '/api/quarantine': [200, { messages: [{ supervisor: evil, number: 1, child: evil, sender: evil, text: evil, is_request: true, history: [{ generation: 1, reason: evil, time: '' }] }], silent: [evil] }],
      '/api/history': [404, { detail: evil }],
    },
  });
  await page.locator('.row').nth(1).click();
  await page.getByRole('button', { name: 'Last messages' }).click();
  for (const tab of ['Events', 'Pools', 'Nodes', 'Dead letters', 'Quarantine', 'Child']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.locator('#panel', { hasText: 'window.hacked' }).waitFor();
  }
  assert.equal(await page.locator('body img, body script').count(), 0);
  assert.equal(await page.evaluate('window.hacked'), undefined);
});

test('a failure flashes, is listed and is announced', async (t) => {
  let tell;
  const { page } = await open(t, {
    live(send) {
      simple(send);
      tell = send;
    },
  });
  await row(page, 'root/cache').waitFor();
  tell('events', { events: [eventOf(1, { level: 'warning', subject: 'root/cache', text: 'cache #1 ended: out of tea' })], lost: 0 });
  await page.locator('.row.flash[data-path="root/cache"]').waitFor();
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.locator('.events', { hasText: 'out of tea' }).waitFor();
  await page.locator('#announcer', { hasText: 'out of tea' }).waitFor({ state: 'attached' });
});

test('an action asks first, is marked, and tells what came of it', async (t) => {
  const { page, server } = await open(t, {
    live: simple,
    answers: { '/api/actions': [200, { text: 'restarted root/cache' }] },
  });
  const acted = () => server.requests.filter((x) => x.pathname === '/api/actions');
  await row(page, 'root/cache').click();
  await page.getByRole('button', { name: 'Restart' }).click();
  await page.getByRole('button', { name: 'Leave it' }).click();
  assert.equal(acted().length, 0);
  await page.locator('.actions').getByRole('button', { name: 'Restart' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Restart' }).click();
  await page.locator('#toasts', { hasText: 'restarted root/cache' }).waitFor();
  assert.equal(acted()[0].method, 'POST');
  assert.equal(acted()[0].headers['x-troupe-action'], '1');
});

test('a refused action tells why', async (t) => {
  const { page } = await open(t, {
    live: simple,
    answers: { '/api/actions': [409, { detail: 'the child is being stopped' }] },
  });
  await row(page, 'root/cache').click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.locator('#toasts .failed', { hasText: 'the child is being stopped' }).waitFor();
});

test('a page that stays open remembers no more than before', async (t) => {
  const { page } = await open(t, { live: simple });
  const kept = await page.evaluate(async () => {
    const { Store } = await import('./assets/store.js');
    const store = new Store();
    for (let i = 0; i < 5000; ++i) {
      const time = new Date(i * 1000).toISOString();
      store.takeEvents({ events: Array.from({ length: 10 }, (_, j) => ({ number: 10 * i + j, node: 'a', time, level: 'error', subject: `x${i}-${j}`, text: '', last_messages: [] })), lost: 0 });
      store.takeTree({ node: 'a', rows: [{ path: `x${i}` }], gone: [`x${i - 1}`] });
      store.takeSystem({ nodes: [{ node: 'a', time, pools: [{ name: `p${Math.floor(i / 2500)}`, completed: i, queued: 0 }] }] });
    }
    return {
      events: store.events.length, rows: store.rows.size, flashes: store.flashes.size,
      pools: store.pools.size, points: [...store.pools.values()][0].points.length,
    };
  });
  assert.deepEqual(kept, { events: 1000, rows: 1, flashes: 0, pools: 1, points: 300 });
});

test('a pool has charts of its throughput and of the time in it', async (t) => {
  const { page } = await open(t, { live: simple });
  const points = await page.evaluate(async () => {
    const { Store } = await import('./assets/store.js');
    const store = new Store();
    for (const [second, completed] of [[0, 0], [1, 100], [2, 300], [3, 300]])
      store.takeSystem({ nodes: [{ node: 'a', time: new Date(second * 1000).toISOString(), pools: [{ name: 'p', completed, queued: 30, outstanding: 20 }] }] });
    return [...store.pools.values()][0].points.map((x) => [x.rate, x.latency]);
  });
  assert.deepEqual(points, [[100, 0.5], [200, 0.25], [0, null]]);
});

test('the colours are those of the system, or those that the viewer wants', async (t) => {
  const { page } = await open(t, { live: simple }, { colorScheme: 'dark' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await ground();
  assert.notEqual(dark, light);
  const theme = page.getByRole('button', { name: /Colours/ });
  await theme.click();
  await theme.click();
  assert.equal(await ground(), dark);
  await page.reload();
  assert.equal(await ground(), dark);
});

test('it fits a phone', async (t) => {
  const { page } = await open(t, { live: simple }, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await row(page, 'root/store/disk').tap();
  await page.locator('#panel', { hasText: 'root/store/disk' }).waitFor();
  for (const tab of await page.getByRole('tab').all()) {
    await tab.tap();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360);
  }
});

test('a lost connection shows, and comes back', async (t) => {
  let streams = 0;
  const { page, server } = await open(t, {
    live(send) {
      ++streams;
      simple(send);
    },
  });
  await page.locator('#connection[data-state="live"]').waitFor();
  // Streams end, the server stays.
  await page.evaluate(() => window.stop());
  await page.locator('#connection[data-state="lost"]').waitFor();
  await page.locator('#connection[data-state="live"]').waitFor();
  assert.ok(streams >= 2);
  assert.ok(server.requests.length > 0);
});
