// SPDX-License-Identifier: MIT
// What happened and what is set up: alerts with their deliveries, channels, healing, checks, network path, disks.
import { get } from './api.js';
import { $, channelName, colour, count, glyph, h, nb, put, say, segmented, sign, TONES, upper } from './dom.js';
import { exactly, seconds, since, span, stamp, when } from './time.js';

export const SEVERITIES = { critical: ['crit', 'Critical'], warning: ['warn', 'Warning'], info: ['info', 'Info'] };
const FEW = 7,
  MORE = 50;

// --- alerts
const SENT = { delivered: 'ok', waiting: 'busy', refused: 'crit' };

function deliveryWords(sent) {
  const at = seconds(sent.at),
    next = seconds(sent.next_try);
  if (sent.state === 'delivered') return at ? exactly(at) : 'delivered';
  if (sent.state === 'refused') return 'refused' + (sent.reason ? ': ' + sent.reason : '');
  return 'waits' + (sent.reason ? ', ' + sent.reason : '') + (next ? ', next try ' + exactly(next) : '');
}

function delivery(sent) {
  return h(
    'li',
    { class: sent.state === 'refused' ? 's-no' : '' },
    sign(SENT[sent.state]),
    h('span', {}, h('b', {}, channelName(sent.channel)), ' ', deliveryWords(sent)),
  );
}

function ending(item) {
  const began = seconds(item.timestamp),
    ended = seconds(item.ended_at);
  if (ended) return ' · Ended after ' + span(ended - began);
  return item.open ? [' · ', h('b', { class: 't-' + SEVERITIES[item.severity][0] }, 'open')] : '';
}

function alert(item) {
  const [tone, word] = SEVERITIES[item.severity],
    t = seconds(item.timestamp);
  return h(
    'li',
    {},
    glyph(tone),
    h('p', { class: 'f-what' }, h('span', { class: 'sr' }, word + ': '), item.message),
    h('p', { class: 'f-meta' }, stamp(t, when(t)), ' · ', upper(item.source), ending(item)),
    item.deliveries.length
      ? h('ul', { class: 'sent', 'aria-label': 'Delivery' }, item.deliveries.map(delivery))
      : h('p', { class: 'f-meta' }, 'Nobody was told: no channel was set up'),
  );
}

function noAlert(state, filtered) {
  const on = state.summary?.channels.some(channel => channel.state !== 'off');
  return h(
    'li',
    { class: 'none' },
    glyph(filtered ? 'ok' : 'off'),
    h(
      'p',
      {},
      h('b', {}, filtered ? 'No alert of this kind.' : 'No alert so far.'),
      ' ',
      filtered ? '' : on ? 'Try a channel with:' : 'Once a channel is set up, try it with:',
    ),
    filtered ? null : h('pre', { tabindex: 0 }, h('code', {}, 'limpet alert test')),
  );
}

let severity = 'all',
  wanted = FEW;
const filter = () => (severity === 'all' ? '' : 'severity=' + severity + '&');
export const fetchAlerts = () => get(`api/alerts?${filter()}limit=${wanted}`);

export function showAlerts(answer, state) {
  const list = $('#alert-list'),
    none = !answer.items.length;
  put(list, none ? noAlert(state, severity !== 'all') : answer.items.map(alert));
  $('#older').hidden = answer.total <= answer.items.length;
  $('#csv').href = 'api/alerts.csv' + (severity === 'all' ? '' : '?severity=' + severity);
  $('#alerts .foot').hidden = $('#sev').hidden = none && severity === 'all';
  say($('#alerts .note'), answer.open ? answer.open + ' open' : '');
}

export function makeAlerts(refresh) {
  const again = () => refresh('alerts');
  segmented(
    $('#sev'),
    'sev',
    [['all', 'All'], ...Object.entries(SEVERITIES).map(([key, [, word]]) => [key, word])],
    'all',
    key => {
      severity = key;
      wanted = FEW;
      again();
    },
  );
  $('#older').addEventListener('click', () => {
    wanted += MORE;
    again();
  });
}

// --- the channels
const CHANNEL_STATES = {
  delivering: ['ok', 'Delivering'],
  waiting: ['busy', ''],
  refused: ['crit', 'Refused'],
  off: ['off', 'Off'],
};

function channel(row) {
  const [tone, word] = CHANNEL_STATES[row.state],
    last = seconds(row.last_delivered),
    next = seconds(row.next_try);
  const fact =
    row.state === 'delivering'
      ? last
        ? since(last, 'last yes ', ' ago')
        : 'nothing sent yet'
      : [row.reason, next && ', next try ' + exactly(next)];
  return h(
    'li',
    {},
    sign(tone),
    h(
      'p',
      {},
      h('b', {}, channelName(row.name)),
      ' ',
      h('span', { class: 't-' + colour(tone) }, word || row.waiting + ' waiting'),
    ),
    h('p', { class: 'dim' }, fact),
  );
}

export function showChannels(summary) {
  put($('#delivery ul'), summary.channels.map(channel));
  say(
    $('#delivery .note'),
    summary.channels.some(row => row.waiting)
      ? summary.store_ok
        ? 'Waiting alerts are safe on disk'
        : 'Waiting alerts are kept'
      : '',
  );
}

// --- healing
export function showHealing(answer, summary) {
  const off = answer.state !== 'on';
  put(
    $('#healing ol'),
    answer.items.length
      ? answer.items.map(row =>
          h(
            'li',
            {},
            sign(TONES[row.condition]),
            h('p', { class: 'f-what' }, h('b', {}, row.target), ' ', row.action),
            h(
              'p',
              { class: 'f-meta' },
              stamp(seconds(row.timestamp), when(seconds(row.timestamp))),
              ' · ',
              nb(row.result),
            ),
          ),
        )
      : h(
          'li',
          { class: 'none' },
          glyph(off ? 'off' : 'ok'),
          h('p', {}, h('b', {}, off ? answer.reason : 'Nothing has needed healing.')),
        ),
  );
  const budget = summary?.budget,
    dry = $('#dry');
  say($('#healing .note'), off ? 'off' : budget ? `${budget.used} of ${budget.per_hour} actions this hour` : '');
  dry.hidden = off || (!summary?.dry_run && !summary?.safe_mode);
  if (summary?.safe_mode) put(dry, h('b', {}, 'Safe mode. '), summary.safe_mode);
  else
    put(
      dry,
      h('b', {}, 'Dry run. '),
      'Limpet only says what it would do. To let it act, set ',
      h('code', {}, 'dry_run = no'),
      ' under ',
      h('code', {}, '[heal]'),
      '.',
    );
}

// --- what is off, and why; which line of the INI file changes it
const FIXES = {
  mqtt: '[mqtt] broker =',
  docker: '[docker] socket =',
  worker: '[heartbeat] url =',
  internet: '[heartbeat] probe =',
  channels: '[telegram] bot_token =',
  watchdog: '[watchdog] device = /dev/watchdog',
};
const NAMES = { mqtt: 'MQTT', smart: 'SMART', systemd: 'systemd' };

function check([name, { state, reason, age_s: age }]) {
  const tone = { ok: 'ok', degraded: 'warn', off: 'off' }[state] || 'unk';
  const fact = [reason, state === 'ok' && age != null && span(age) + ' ago'].filter(Boolean).join(', ');
  return h(
    'li',
    {},
    glyph(tone),
    h('p', {}, h('b', {}, NAMES[name] || upper(name)), ' ', h('span', { class: 'dim' }, nb(fact))),
    state === 'off' && FIXES[name] && h('p', { class: 'fix' }, h('code', {}, FIXES[name])),
  );
}

export function showChecks(health) {
  $('#checks').hidden = !health.checks;
  const all = Object.entries(health.checks || {}),
    on = all.filter(([, it]) => it.state === 'ok');
  const rank = { degraded: 0, off: 2 };
  const off = all
    .filter(([, it]) => it.state !== 'ok')
    .sort((a, b) => (rank[a[1].state] ?? 1) - (rank[b[1].state] ?? 1));
  put($('#checks .flush > ul'), off.length ? off.map(check) : h('li', {}, glyph('ok'), h('p', {}, 'Nothing is off.')));
  put($('#checks details ul'), on.map(check));
  say($('#checks summary'), count(on.length, 'part is', 'parts are') + ' on and answering');
}

// --- network path and disks
const STEPS = { ok: 'ok', degraded: 'warn', fail: 'crit' };

export function showNetwork(answer) {
  const path = answer.path || [],
    broken = path.find(step => step.state === 'fail');
  say(
    $('#network .note'),
    !path.length ? 'off' : broken ? 'broken at the ' + broken.layer.toLowerCase() : path.every(step => STEPS[step.state]) ? 'every step answers' : 'not known yet',
  );
  put(
    $('#network .path'),
    path.length
      ? path.map(step => {
          const tone = STEPS[step.state] || 'unk';
          return h('li', { class: 't-' + tone }, glyph(tone), h('b', {}, step.layer), h('span', {}, nb(step.text)));
        })
      : h('li', { class: 'off-line' }, glyph('off'), h('span', {}, answer.reason)),
  );
}

const HEALTH = { passed: 'Healthy', failed: 'Failing', standby: 'Asleep', virtual: 'Virtual' };

export function showDisks(answer) {
  say($('#smart .note'), answer.items.length ? '' : answer.state === 'unknown' ? 'not known yet' : 'off');
  put(
    $('#smart .body'),
    h(
      'ul',
      { class: 'plain bare' },
      answer.items.length
        ? answer.items.map(disk =>
            h(
              'li',
              {},
              sign(TONES[disk.condition]),
              h('p', {}, h('b', {}, disk.device), ' ', HEALTH[disk.health] || 'Not judged'),
              h('p', { class: 'dim' }, nb(disk.text)),
            ),
          )
        : h('li', {}, glyph('off'), h('p', { class: 'dim' }, answer.reason)),
    ),
  );
}
