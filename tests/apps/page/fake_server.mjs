// SPDX-License-Identifier: Apache-2.0
// The files of the page with a system behind them that a test makes up.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

const assets = process.env.PAGE_ASSETS;
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** A child as the page is told of it. */
export function child(childPath, more = {}) {
  return {
    path: childPath, id: childPath.split('/').pop(), type: 'test', is_supervisor: false,
    is_root: !childPath.includes('/'), state: 'up', node: 'a', place: 'pooled', generation: 1,
    restarts_in_window: 0, restart_limit: 3, next_start_s: null, failures: 0, restarts: 0,
    last_failure: null, last_death: null, waiting: 0, busy_for_s: null, message: null,
    busy_share: 0, note: null, ...more,
  };
}

export function nodeOf(name, more = {}) {
  return {
    node: name, answer: 'complete', note: null, time: new Date().toISOString(), took_s: 0.001,
    actors: 3, events: 0, dead_letters: 0, children: [], omitted: 0, pools: [], processes: [],
    workers: [], peers: [], ...more,
  };
}

export function eventOf(number, more = {}) {
  return {
    number, time: new Date().toISOString(), node: 'a', source: 'child', level: 'info',
    what: 'started', subject: 'root/x', generation: 1, text: `event ${number}`, reason: null,
    last_messages: [], ...more,
  };
}

/**
 * Serves the page. `live(send)` is called for each stream, with a function that
 * sends an event; `answers` has what other paths below /api answer.
 */
export async function serve({ live, answers = {} }) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    requests.push({ method: request.method, pathname, headers: request.headers });
    if (pathname === '/api/live') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      live((name, data) => response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`));
      return;
    }
    if (pathname in answers) {
      const [status, body] = answers[pathname];
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
      return;
    }
    const name = pathname === '/' ? 'index.html' : pathname.replace('/assets/', '');
    try {
      const content = await readFile(path.join(assets, path.basename(name)));
      response.writeHead(200, { 'Content-Type': types[path.extname(name)] });
      response.end(content);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    requests,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
