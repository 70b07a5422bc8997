// SPDX-License-Identifier: Apache-2.0
// Talks to the server: one stream of server-sent events, and requests. With
// `fetch` instead of `EventSource`, because the token goes into a header.

const tokenKey = 'troupe-token';

let token = sessionStorage.getItem(tokenKey);

export function setToken(x) {
  token = x;
  sessionStorage.setItem(tokenKey, x);
}

function headers(more = {}) {
  return token ? { Authorization: `Bearer ${token}`, ...more } : more;
}

/** An answer that is none; `status` is 0 if the server was not reached. */
export class Refusal extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

async function checked(answer) {
  if (answer.ok)
    return answer;
  let text = `${answer.status} ${answer.statusText}`;
  try {
    text = (await answer.json()).detail ?? text;
  } catch {
    // Not from this server.
  }
  throw new Refusal(answer.status, text);
}

async function send(path, options) {
  try {
    return await fetch(path, options);
  } catch (problem) {
    if (problem.name === 'AbortError')
      throw problem;
    throw new Refusal(0, 'the server cannot be reached');
  }
}

/** Returns what is at a path below /api, with parameters. */
export async function get(path, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  const answer = await send(`api/${path}${query ? `?${query}` : ''}`, { headers: headers() });
  return (await checked(answer)).json();
}

/** Asks for an action and returns what came of it, as text. */
export async function act(action) {
  const answer = await send('api/actions', {
    method: 'POST',
    headers: headers({ 'Content-Type': 'application/json', 'X-Troupe-Action': '1' }),
    body: JSON.stringify(action),
  });
  return (await (await checked(answer)).json()).text;
}

/** Splits a stream into server-sent events. */
async function* events(body) {
  const decoder = new TextDecoderStream();
  const reader = body.pipeThrough(decoder).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done)
      return;
    rest += value;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const event = { name: 'message', data: [] };
      for (const line of rest.slice(0, end).split('\n')) {
        if (line.startsWith('event: '))
          event.name = line.slice(7);
        else if (line.startsWith('data: '))
          event.data.push(line.slice(6));
      }
      rest = rest.slice(end + 2);
      yield { name: event.name, data: event.data.join('\n') };
    }
  }
}

/**
 * Follows the system for ever. `on` has a function for each kind of event, and
 * `connection(state, text)` with state "live", "lost" or "refused". A
 * connection that is lost or silent is made again, with growing pauses.
 */
export async function follow(on) {
  const silence = 15000;
  let pause = 500;
  for (;;) {
    const abort = new AbortController();
    let timer = setTimeout(() => abort.abort(), silence);
    let why = 'the server closed the connection';
    try {
      const answer = await checked(
        await send('api/live', { headers: headers(), signal: abort.signal }));
      on.connection('live', 'live');
      on.restart();
      for await (const event of events(answer.body)) {
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), silence);
        pause = 500;
        if (event.data && on[event.name])
          on[event.name](JSON.parse(event.data));
      }
    } catch (problem) {
      why = problem.name === 'AbortError' ? 'the server is silent' : problem.message;
      if (problem.status === 401) {
        on.connection('refused', why);
        await on.token();
        clearTimeout(timer);
        continue;
      }
    }
    clearTimeout(timer);
    on.connection('lost', why);
    await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(pause * 2, 10000);
  }
}
