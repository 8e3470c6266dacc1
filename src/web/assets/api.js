// SPDX-License-Identifier: MIT
// The box's answers. Addresses are relative, so that the page works below any base_path of a reverse proxy.

export class NeedsKey extends Error {}

const PATIENCE = 10000; // ms for one answer

async function ask(path, options) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE), ...options });
  if (answer.status === 401) throw new NeedsKey();
  return answer;
}

// An answer as an object with its own text in `.text`, so that one can tell whether anything changed.
export async function get(path) {
  const answer = await ask(path);
  const text = await answer.text();
  if (!answer.ok && answer.status !== 503) throw new Error(path + ': ' + answer.status);
  return { value: JSON.parse(text), text };
}

const asJson = body => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

export async function logIn(key) {
  return fetch('login', { signal: AbortSignal.timeout(PATIENCE), ...asJson({ key }) });
}

// What became of a restart: the status, and the box's sentence.
export async function restart(host, service) {
  const answer = await ask('api/services/restart', {
    signal: AbortSignal.timeout(4 * PATIENCE), // a container may take its time to end
    ...asJson({ host, service }),
  });
  const text = await answer.text();
  let message = '';
  try {
    message = JSON.parse(text).message;
  } catch {
    message = text.split('\n')[0];
  }
  return { status: answer.status, message, retryAfter: Number(answer.headers.get('Retry-After')) || 0 };
}
