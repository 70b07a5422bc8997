// SPDX-License-Identifier: Apache-2.0
// Programs that a test starts.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';

const programDir = process.env.PROGRAM_DIR;

/**
 * Starts a program of apps/ and waits for the line on its standard output or
 * error that has the address of its page.
 */
export async function start(name, ...args) {
  const child = spawn(path.join(programDir, name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((done) => child.on('exit', (code, signal) => done({ code, signal })));
  const lines = [];
  const url = await new Promise((found, failed) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const match = /https?:\/\/[\d.]+:\d+/.exec(line);
        if (match)
          found(match[0]);
      });
    child.on('error', failed);
    child.on('exit', () => failed(new Error(`${name} ended: ${lines.join('\n')}`)));
  });
  return {
    url: `${url}/`,
    pid: child.pid,
    lines,
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
