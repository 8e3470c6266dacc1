// SPDX-License-Identifier: MIT
// Restarting by hand: asks first, then says the answer. "Would have" only in a dry run.
import { NeedsKey, restart } from './api.js';
import { $, glyph, h, put } from './dom.js';
import { span } from './time.js';

export function restartButton(state, name, quiet) {
  const dry = state.summary?.dry_run;
  const button = h(
    'button',
    {
      type: 'button',
      class: 'act' + (dry ? ' dryrun' : '') + (quiet ? ' quiet' : ''),
      'data-key': 'restart ' + name,
    },
    'Restart',
    h('span', { class: 'sr' }, ' ' + name + (dry ? ', ' : '')),
    dry && h('small', {}, 'dry run'),
  );
  button.disabled = state.lost;
  button.addEventListener('click', () => ask(state, name, dry));
  return button;
}

export function disableRestarts(on) {
  for (const button of document.querySelectorAll('.act')) button.disabled = on;
}

function ask(state, name, dry) {
  const dialog = $('#ask'),
    budget = state.summary.budget;
  const last =
    budget && budget.used + 1 === budget.per_hour ? ` This is the last of ${budget.per_hour} actions this hour.` : '';
  $('#ask-h').textContent = dry ? `Try a restart of ${name}?` : `Restart ${name}?`;
  $('#ask-p').textContent = dry
    ? 'Dry run is on. Nothing will be touched: Limpet says what it would have done, and writes that to the healing log.'
    : 'It stops for a moment. Limpet then checks that it stays well.' + last;
  $('#ask .primary').textContent = dry ? 'Try (dry run)' : 'Restart';
  dialog.returnValue = '';
  dialog.onclose = () => {
    if (dialog.returnValue === 'yes') go(state, name);
  };
  dialog.showModal();
}

async function go(state, name) {
  tell(`Asking for a restart of ${name} …`, 'busy');
  try {
    const answer = await restart(state.summary.host_name, name);
    return tell(...words(answer, name));
  } catch (problem) {
    if (problem instanceof NeedsKey) return dispatchEvent(new Event('needs-key'));
    return tell(`No answer about ${name}. It may have been restarted or not; its row will say.`, 'unk');
  }
}

function words({ status, message, retryAfter }, name) {
  switch (status) {
    case 200:
      return [message || `Restarted ${name}. Limpet checks that it stays well.`, 'busy'];
    case 202:
      return [message || `Dry run: would have restarted ${name}.`, 'info'];
    case 429:
      return [(message || 'Not yet.') + (retryAfter ? ` Again in ${span(retryAfter)}.` : ''), 'warn'];
    case 500:
      return [message || `${name} could not be restarted.`, 'crit'];
    default:
      return [message || `Not restarted (${status}).`, 'warn'];
  }
}

export function tell(text, tone) {
  const close = h('button', { type: 'button', class: 'link' }, 'Close');
  close.addEventListener('click', () => put($('#said')));
  put($('#said'), h('p', {}, glyph(tone, tone === 'busy' ? 'warn' : tone), h('span', {}, text), close));
}
