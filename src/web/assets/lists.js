// SPDX-License-Identifier: MIT
// The lists: one table form for all four, so that the columns stand under each other. Failing rows first, newest
// first, with the reason; well rows fold. A list that is off says why and what turns it on.
import { $, colour, count, h, isBad, nb, put, RANK, say, sign, TONES, upper } from './dom.js';
import { restartButton } from './restart.js';
import { day, seconds, since, span, stamp } from './time.js';

const STATES = {
  done: 'Done',
  error: 'Not started',
  orphaned: 'Never ended',
  stale: 'Silent',
  interrupted: 'Interrupted',
};
const stateText = (row, list) =>
  list.id === 'instances' && row.state === 'stopped' ? 'Signed off' : STATES[row.state] || upper(row.state);
const small = matchMedia('(max-width: 699px)').matches;
const FOLD = small ? 5 : 8;

const zero = text => h('span', { class: 'zero' }, text);
const stateCell = (row, list) => h('span', { class: 't-' + colour(TONES[row.condition]) }, stateText(row, list));
const sinceCell = row => {
  const t = seconds(row.since);
  return t ? [since(t), h('span', { class: 'abs' }, stamp(t, day(t)))] : zero('–');
};
const restartsCell = row =>
  row.restarts
    ? [row.restarts, h('span', { class: 'n' }, row.restarts === 1 ? '\u00a0restart' : '\u00a0restarts')]
    : zero('0');
const healthCell = row =>
  !row.health || row.health === 'none'
    ? zero('no check')
    : h('span', { class: row.health === 'unhealthy' ? 't-warn' : '' }, upper(row.health));
const usageCell = row =>
  row.cpu_percent == null
    ? zero('–')
    : [
        nb(row.cpu_percent + ' %'),
        h('span', { class: 'n' }, '\u00a0CPU'),
        ', ',
        nb((row.memory_bytes / 2 ** 20).toFixed(row.memory_bytes < 10 * 2 ** 20 ? 1 : 0) + ' MiB'),
      ];
const actionCell = (row, list, state) => (row.may_restart ? restartButton(state, row.name, !isBad(row)) : null);
const clientCell = row => [row.client, row.pid && h('span', { class: 'abs' }, 'pid ' + row.pid)];
function tookCell(row) {
  if (row.took_s != null) return ['took\u00a0', span(row.took_s)];
  return row.timeout_s ? ['of\u00a0', span(row.timeout_s)] : zero('–');
}
const heardCell = row => {
  const t = seconds(row.last_heartbeat);
  return t ? [h('span', { class: 'n' }, 'heard\u00a0'), since(t, '', '\u00a0ago')] : zero('–');
};

const LISTS = [
  {
    id: 'containers',
    title: 'Containers',
    heads: ['Name', 'State', 'Health', 'Since', 'Restarts', ''],
    cells: [stateCell, healthCell, sinceCell, restartsCell, actionCell],
    name: row => row.name,
    none: 'No container yet.',
    how: 'Limpet sees one as soon as Docker starts it.',
    wrong: 'failing',
  },
  {
    id: 'services',
    title: 'Services and processes',
    heads: ['Name', 'State', 'CPU, memory', 'Since', 'Restarts', ''],
    cells: [stateCell, usageCell, sinceCell, restartsCell, actionCell],
    name: row => row.name,
    kind: row => (row.kind === 'process' ? 'process' : ''),
    none: 'Nothing to watch named yet.',
    how: 'Add the first:',
    code: () => '[process myapp]\nmatch = /usr/bin/myapp',
    wrong: 'failing',
  },
  {
    id: 'commands',
    title: 'Commands',
    heads: ['Command', 'State', 'Client', 'Since', 'Time taken'],
    cells: [stateCell, clientCell, sinceCell, tookCell],
    name: row => row.command,
    none: 'No command running.',
    how: 'Follow one with:',
    code: () => 'limpet run -- ./train.sh',
    wrong: 'wrong',
  },
  {
    id: 'instances',
    title: 'Instances',
    heads: ['Key', 'State', 'Host', 'Since', 'Heartbeat'],
    cells: [stateCell, row => row.host, sinceCell, heardCell],
    name: row => row.key,
    none: 'No script has registered.',
    how: 'A script registers with one call:',
    wrong: 'wrong',
    code: () =>
      `curl -d '{"scrapper_key":"my-job"}' -H 'Content-Type: application/json' ${location.origin}/instance/start`,
  },
];

const order = list => (a, b) =>
  RANK[a.condition] - RANK[b.condition] ||
  (isBad(a) && seconds(b.since) - seconds(a.since)) ||
  list.name(a).localeCompare(list.name(b));
const words = (row, list) =>
  [list.name(row), row.health, row.host, row.client, row.reason, stateText(row, list)].join(' ').toLowerCase();

function tableRow(row, list, state) {
  const kind = list.kind?.(row);
  const first = h(
    'th',
    { role: 'rowheader', scope: 'row', class: 'c0' },
    sign(TONES[row.condition]),
    h('span', { class: 'nm' }, list.name(row), kind && h('span', { class: 'kind' }, ' ' + kind)),
    row.reason && h('span', { class: 'why' }, nb(row.reason)),
  );
  return h(
    'tr',
    { role: 'row', class: isBad(row) ? 'bad' : '' },
    first,
    list.cells.map((cell, k) => h('td', { role: 'cell', class: 'c' + (k + 1) }, cell(row, list, state))),
  );
}

function table(list, rows, state) {
  const head = list.heads.map((text, k) =>
    h(text ? 'th' : 'td', { role: text ? 'columnheader' : 'cell', scope: text ? 'col' : null, class: 'c' + k }, text),
  );
  return h(
    'table',
    { role: 'table', 'aria-labelledby': 'h-' + list.id, class: list.heads.length === 5 ? 'five' : '' },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head)),
    h(
      'tbody',
      { role: 'rowgroup' },
      rows.map(row => tableRow(row, list, state)),
    ),
  );
}

function emptyList(list, answer) {
  const on = answer.state === 'on',
    code = answer.state !== 'unknown' && list.code;
  return h(
    'div',
    { class: 'none' },
    sign(answer.state === 'unknown' ? 'unk' : 'off'),
    h('p', {}, h('b', {}, on ? list.none : answer.reason), ' ', on && list.how),
    on && code ? h('pre', { tabindex: 0 }, h('code', {}, code())) : null,
  );
}

function noteOf(list, answer, rows, bad) {
  if (answer.state !== 'on') return answer.state === 'off' ? 'off' : 'not known';
  if (!rows.length) return '';
  if (!bad.length) return rows.length + ', all well';
  const tone = bad.some(row => row.condition === 'critical') ? 'crit' : 'warn';
  return [h('span', { class: 't-' + tone }, bad.length + ' ' + list.wrong), ' of ' + rows.length];
}

let word = '',
  only = false;
const unfolded = new Set();

// The rows that are shown now; the rest is behind "Show n more".
function paint(list, state) {
  const answer = state.lists[list.id],
    section = $('#l-' + list.id);
  if (!answer) return 0;
  const rows = [...answer.items].sort(order(list)),
    bad = rows.filter(isBad);
  const hits = rows.filter(row => (!word || words(row, list).includes(word)) && (!only || isBad(row)));
  const cap = Math.max(FOLD, bad.length + (small ? 1 : 3));
  const folds = !word && !only && hits.length > cap + 1,
    fold = folds && !unfolded.has(list.id);
  const title =
    list.id === 'services' && rows.length && rows.every(row => row.kind === 'process') ? 'Processes' : list.title;
  const more = h(
    'button',
    { type: 'button', class: 'more', 'data-key': 'more', 'aria-expanded': String(!fold) },
    fold ? 'Show ' + (hits.length - cap) + ' more' : 'Show fewer',
  );
  more.addEventListener('click', () => {
    fold ? unfolded.add(list.id) : unfolded.delete(list.id);
    paint(list, state);
  });
  section.hidden = word || only ? !hits.length : false;
  put(
    section,
    h(
      'div',
      { class: 'head' },
      h('h3', { id: 'h-' + list.id }, title),
      h('p', { class: 'note' }, noteOf(list, answer, rows, bad)),
    ),
    rows.length && answer.state !== 'on' ? h('p', { class: 'because' }, answer.reason) : null,
    rows.length ? table(list, fold ? hits.slice(0, cap) : hits, state) : emptyList(list, answer),
    folds ? more : null,
  );
  return hits.length;
}

function applyFilter(state) {
  const field = $('#find');
  word = field.value.trim().toLowerCase();
  only = $('#only').checked;
  const shown = LISTS.reduce((sum, list) => sum + paint(list, state), 0),
    filtered = word || only;
  $('#nothing').hidden = !filtered || shown > 0;
  say(
    $('#nothing'),
    word ? `Nothing here is called “${field.value.trim()}”${only ? ' and wrong' : ''}.` : 'Nothing is wrong.',
  );
  say($('#found'), filtered ? count(shown, 'row') + ' shown' : '');
}

export function makeLists(state) {
  put(
    $('#lists'),
    LISTS.map(list =>
      h('section', {
        id: 'l-' + list.id,
        class: 'panel flush list',
        'aria-labelledby': 'h-' + list.id,
        hidden: true,
      }),
    ),
    h('p', { id: 'nothing', class: 'panel dim', hidden: true }),
  );
  $('#find').addEventListener('input', () => applyFilter(state));
  $('#only').addEventListener('change', () => applyFilter(state));
}

export const LIST_NAMES = LISTS.map(list => list.id);
export function showList(id, state) {
  if (word || only) applyFilter(state);
  else
    paint(
      LISTS.find(list => list.id === id),
      state,
    );
}
