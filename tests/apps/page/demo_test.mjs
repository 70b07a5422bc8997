// SPDX-License-Identifier: Apache-2.0
// The page of a program that runs.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { launch } from './browser.mjs';
import { start } from './programs.mjs';

// The tree stays up after its work.
const long = ['--limit', '1000000', '--deadline', '600', '--plain', '--stay'];

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser.close());

async function startDemo(t, ...args) {
  const folder = await mkdtemp(path.join(tmpdir(), 'troupe-page-'));
  // No faults but those of the test.
  const script = path.join(folder, 'faults.txt');
  await writeFile(script, '# none\n');
  const demo = await start('supervisor_demo', ...long, '--script', script, '--http', '127.0.0.1:0', ...args);
  t.after(async () => {
    await demo.stop();
    await rm(folder, { recursive: true });
  });
  return demo;
}

async function openPage(t, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems = [];
  const hosts = new Set();
  page.on('pageerror', (x) => problems.push(String(x)));
  page.on('console', (x) => x.type() === 'error' && problems.push(x.text()));
  page.on('request', (x) => hosts.add(new URL(x.url()).host));
  await page.goto(url);
  t.after(async () => {
    await context.close();
    assert.deepEqual([...hosts], [new URL(url).host]);
  });
  return { page, problems };
}

const row = (page, name) => page.locator(`.row[data-path="${name}"]:not([hidden])`);

for (const isolation of ['pooled', 'process'])
  test(`a child (${isolation}) is crashed from the page, and its restart is seen`, async (t) => {
    const demo = await startDemo(t, '--isolation', isolation);
    const { page, problems } = await openPage(t, demo.url);
    const child = row(page, 'demo/counters/count-3');
    await child.waitFor();
    const generation = async () => Number((await child.locator('.generation').textContent()).slice(1));
    const before = await generation();
    await child.click();
    await page.locator('#panel h3', { hasText: 'demo/counters/count-3' }).waitFor();
    await page.getByRole('button', { name: 'Crash' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Crash' }).click();
    await page.waitForFunction(
      ([old]) => Number(document.querySelector('.row[data-path="demo/counters/count-3"] .generation')
        ?.textContent.slice(1)) > old, [before]);
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.locator('.events li', { hasText: /count-3 #\d+ ended/ }).first().waitFor();
    await child.locator('.state', { hasText: 'up' }).waitFor();
    assert.deepEqual(problems, []);
  });

test('the last messages of a child are shown', async (t) => {
  const demo = await startDemo(t);
  const { page, problems } = await openPage(t, demo.url);
  await row(page, 'demo/counters/count-1').click();
  await page.getByRole('button', { name: 'Last messages' }).click();
  await page.locator('#panel table td').first().waitFor();
  assert.deepEqual(problems, []);
});

test('without the token nothing is shown', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'troupe-page-'));
  const file = path.join(folder, 'token');
  await writeFile(file, 'open-sesame-0123456\n');
  t.after(() => rm(folder, { recursive: true }));
  const demo = await startDemo(t, '--http-token-file', file);
  assert.equal((await fetch(`${demo.url}api/snapshot`)).status, 401);
  const { page } = await openPage(t, demo.url);
  await page.locator('#token').fill('open-sesame-0123457');
  await page.keyboard.press('Enter');
  // Asked again.
  await page.waitForFunction(() => document.getElementById('token').value === '');
  await page.locator('#token').fill('open-sesame-0123456');
  await page.keyboard.press('Enter');
  await row(page, 'demo/counters/count-1').waitFor();
});

test('pages of other sites and unmarked actions are refused', async (t) => {
  const demo = await startDemo(t);
  const act = (headers) => fetch(`${demo.url}api/actions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ action: 'kill', target: 'demo/counters/count-1' }),
  });
  assert.equal((await act({})).status, 403);
  assert.equal((await act({ 'X-Troupe-Action': '1', Origin: 'http://evil.example' })).status, 403);
  assert.equal((await act({ 'X-Troupe-Action': '1' })).status, 200);
  const answer = await fetch(demo.url);
  assert.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
  for (const [body, status] of [
    ['{"action":"kill","target":"demo/nobody"}', 404],
    ['{"action":"explode","target":"demo"}', 400],
    ['{"action":"kill"}', 400],
    ['{', 400],
  ]) {
    const refused = await fetch(`${demo.url}api/actions`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Troupe-Action': '1' }, body,
    });
    assert.equal(refused.status, status, body);
  }
});
