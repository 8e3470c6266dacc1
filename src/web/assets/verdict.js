// SPDX-License-Identifier: MIT
// The answer in one second: sign, sentence, six tiles, then all that is wrong and what Limpet did. And the page's head.
import { $, count, glyph, h, nb, put, root, say, sign, TONES } from './dom.js';
import { restartButton } from './restart.js';
import { exactly, seconds, since, span, zoneName } from './time.js';

const WORDS = { ok: 'all right', warn: 'look here', unk: 'no word' };
const MARKS = { ok: '✓', warn: '!', crit: '✕', unk: '?' };
const PLACES = {
  containers: 'l-containers',
  services: 'l-services',
  commands: 'l-commands',
  instances: 'l-instances',
};
const place = part => PLACES[part] || part;

let shownAll = false;

export function header(summary) {
  say($('#host'), summary.host_name);
  const facts = [summary.machine, summary.cores > 0 && count(summary.cores, 'core')].filter(Boolean);
  if (summary.up_since) facts.push('up ');
  put(
    $('#facts'),
    facts.slice(0, -1).join(', '),
    facts.length > 1 && ', ',
    summary.up_since ? since(seconds(summary.up_since), 'up ') : facts.at(-1),
  );
  const memory = summary.memory_bytes ? ', ' + (summary.memory_bytes / 2 ** 20).toFixed(1) + ' MiB of memory' : '';
  say($('#about'), `Limpet ${summary.version}${nb(memory)}. Times are ${summary.host_name}’s, ${zoneName()}.`);
}

function headline(tone, host, head, detail) {
  $('#verdict').className = 'verdict t-' + tone;
  $('.v-glyph use').setAttribute('href', '#g-' + tone);
  say($('#v-head'), head);
  say($('#v-sub'), nb(detail));
  document.title = MARKS[tone] + ' ' + host + ', ' + (WORDS[tone] || head);
  put($('#short'), glyph(tone), head);
}

// One problem: its subject, what it is, for how long. Then what Limpet did or may not do.
function wrong(row, state) {
  const from = seconds(row.since);
  return h(
    'li',
    {},
    sign(TONES[row.condition]),
    h(
      'p',
      { class: 'w-what' },
      h('span', { class: 'sr' }, row.condition === 'warning' ? 'Warning: ' : 'Critical: '),
      h('a', { href: '#' + place(row.part), 'data-key': row.part + row.what }, row.what),
      from && [' ', h('span', { class: 'dim' }, since(from, 'for '))],
    ),
    h('p', { class: 'w-did' }, nb(row.done)),
    row.may_restart ? restartButton(state, row.subject) : null,
  );
}

function wrongs(summary, state) {
  const box = $('#wrongs'),
    rows = summary.problems,
    more = $('.more', box);
  box.hidden = !rows.length;
  const most = matchMedia('(max-width: 699px)').matches ? 4 : 6;
  const cap = shownAll || rows.length <= most + 1 ? rows.length : most;
  put(
    $('ul', box),
    rows.slice(0, cap).map(row => wrong(row, state)),
  );
  more.hidden = cap === rows.length;
  more.textContent = 'Show ' + (rows.length - cap) + ' more';
  more.onclick = () => {
    shownAll = true;
    wrongs(summary, state);
    $('li:nth-child(' + (cap + 1) + ') a', box).focus();
  };
}

export function verdict(summary, state) {
  headline(TONES[summary.condition], summary.host_name, summary.headline, summary.detail);
  put(
    $('#strip'),
    summary.parts.map(part => {
      const tone = TONES[part.condition];
      return h(
        'a',
        { href: '#' + place(part.part), class: 't-' + tone, 'data-key': part.part },
        h('span', { class: 'st-label' }, sign(tone), part.label),
        ' ',
        h('span', { class: 'st-text' }, nb(part.text)),
      );
    }),
  );
  wrongs(summary, state);
}

// Green is never shown for old data: the sentence changes, and styles grey what is below `.stale`.
export function verdictLost(summary, heard) {
  const was = summary.condition === 'well' ? 'It was all right' : '“' + summary.headline + '” was the word';
  headline(
    'unk',
    summary.host_name,
    'No word from ' + summary.host_name,
    `${was} when it last spoke, at ${exactly(heard)}. It may be off, or the way to it may be broken.`,
  );
}

export function lostBanner(summary, heard, tryNow) {
  root.classList.add('stale');
  const again = h('button', { type: 'button' }, 'Try now');
  again.addEventListener('click', tryNow);
  put(
    $('#lost'),
    h(
      'div',
      { class: 'wrap' },
      glyph('crit'),
      h(
        'p',
        {},
        h('b', {}, 'Connection to ' + summary.host_name + ' lost '),
        h('b', { id: 'lost-age', 'aria-live': 'off' }),
        `. What you see is from ${exactly(heard)}. `,
        h('span', { id: 'lost-next', 'aria-live': 'off' }),
      ),
      again,
    ),
  );
  $('#lost').hidden = false;
}

export function lostFor(age, next) {
  say($('#lost-age'), span(age) + ' ago');
  say($('#lost-next'), next);
}

export function found() {
  root.classList.remove('stale');
  $('#lost').hidden = true;
  put($('#lost'));
}

// The age of what is shown, and its sign: live, late or lost.
export function age(state, seconds, beat) {
  const e = $('#age'),
    tone = { Live: 'live', Late: 'warn', Lost: 'crit' }[state];
  if (e.dataset.state !== state) {
    e.dataset.state = state;
    put(
      e,
      glyph(state === 'Lost' ? 'off' : 'dot', tone),
      h('span', {}, h('b', {}, state), ' ', h('span', { class: 'ago' })),
    );
    e.className = 'age t-' + tone;
  }
  say($('.ago', e), span(seconds) + ' ago');
  if (!beat) return;
  e.classList.remove('beat');
  void e.offsetWidth; // begins the animation anew
  e.classList.add('beat');
}
