// SPDX-License-Identifier: Apache-2.0
// Takes the picture of the page in README.md:
//
//   PROGRAM_DIR=build/apps/bin node tests/apps/page/screenshot.mjs FILE.png

import { launch } from './browser.mjs';
import { start } from './programs.mjs';

const [, , file] = process.argv;
const demo = await start('supervisor_demo', '--limit', '20000000', '--pieces', '20000',
  '--deadline', '600', '--plain', '--stay', '--seed', '4', '--isolation', 'process', '--http', '127.0.0.1:0');
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1180, height: 620 }, colorScheme: 'light' });
await page.goto(demo.url);
const child = page.locator('.row[data-path="demo/counters/count-3"]');
await child.click();
await page.getByRole('button', { name: 'Crash' }).click();
await page.locator('dialog').getByRole('button', { name: 'Crash' }).click();
await page.getByRole('tab', { name: 'Events' }).click();
await page.locator('.events li', { hasText: /count-3 #\d+ ended/ }).first().waitFor();
await page.locator('.row.flash').first().waitFor();
await page.screenshot({ path: file });
await browser.close();
await demo.stop();
