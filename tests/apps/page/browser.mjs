// SPDX-License-Identifier: Apache-2.0
// Debian's chromium, driven by Playwright.

import { chromium } from 'playwright-core';

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Its sandbox does not work for root, and only pages of this test are seen.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}
