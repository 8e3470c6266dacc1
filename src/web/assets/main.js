// SPDX-License-Identifier: MIT
// The page: asks the box for everything once, then lives on the stream. Each sample says which lists have changed;
// only those are asked for again. Live under 25 s, late under 35 s, then lost: what is shown stays, and says from when.
import { get, logIn, NeedsKey } from './api.js';
import { addSample, fetchCharts, makeCharts, redrawCharts, showBox, showMarks } from './charts.js';
import { $, root, say } from './dom.js';
import {
  fetchAlerts,
  makeAlerts,
  showAlerts,
  showChannels,
  showChecks,
  showDisks,
  showHealing,
  showNetwork,
} from './feeds.js';
import { chartsAreOld } from './grid.js';
import { LIST_NAMES, makeLists, showList } from './lists.js';
import { disableRestarts } from './restart.js';
import { exactly, now, refreshAges, seconds, setClock, span } from './time.js';
import { age, found, header, lostBanner, lostFor, verdict, verdictLost } from './verdict.js';

const LATE = 25,
  LOST = 35,
  FIRST_RETRY = 8,
  LAST_RETRY = 60,
  POLL = 10; // seconds
const NOTES = '#box-note, #watch-note';

const recall = key => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const keep = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* private mode */
  }
};
const wish = new URLSearchParams(location.search).get('theme') || recall('theme');
if (wish === 'dark' || wish === 'light') root.dataset.theme = wish; // before the first paint

const state = { lists: {}, summary: null, lost: false };
const texts = {}; // of the answers that are shown
let heard = 0,
  stream = null,
  retry = FIRST_RETRY,
  nextTry = 0,
  trying = false,
  polling = 0;

// --- what is asked for, and who shows it
const PARTS = {
  summary: [
    'api/summary',
    value => {
      state.summary = value;
      setClock(seconds(value.now), value.utc_offset_s);
      header(value);
      if (!state.lost) verdict(value, state);
      showChannels(value);
      showBox(value);
      if (state.healing) showHealing(state.healing, value);
    },
  ],
  health: ['health', showChecks],
  healing: ['api/healing', value => showHealing((state.healing = value), state.summary)],
  network: ['api/network/latest', showNetwork],
  smart: [
    'api/smart',
    value => {
      state.disks = value.state;
      showDisks(value);
    },
  ],
  ...Object.fromEntries(
    LIST_NAMES.map(name => [
      name,
      [
        'api/' + name,
        value => {
          state.lists[name] = value;
          showList(name, state);
        },
      ],
    ]),
  ),
};

async function refresh(name) {
  if (name === 'charts') return fetchCharts(state.summary.host_name);
  const [path, show] = PARTS[name] || [];
  const answer = name === 'alerts' ? await fetchAlerts() : await get(path);
  if (texts[name] === answer.text) return undefined;
  texts[name] = answer.text;
  if (name !== 'alerts') return show(answer.value);
  showAlerts(answer.value, state);
  return showMarks(answer.value);
}

// A failed one is no more than old: the stream tells whether the box is there.
const refreshQuietly = name =>
  refresh(name).catch(problem => {
    if (problem instanceof NeedsKey) showLogin();
  });

// The summary decides whether the box is there.
async function refreshAll() {
  await refresh('summary');
  await Promise.all([...Object.keys(PARTS).filter(name => name !== 'summary'), 'alerts', 'charts'].map(refreshQuietly));
}

// --- the stream
function onHeard(event) {
  const first = !heard || state.lost;
  heard = Date.now() / 1000;
  retry = FIRST_RETRY;
  if (state.lost) onFound();
  if (event.sample) addSample(event.sample);
  age('Live', 0, !first);
  const changed = Object.entries(event.revisions || {}).filter(([name, number]) => state.revisions?.[name] !== number);
  state.revisions = { ...state.revisions, ...event.revisions };
  for (const [name] of changed) if (PARTS[name] || name === 'alerts') refreshQuietly(name);
  if (changed.length) refreshQuietly('summary');
}

function openStream() {
  stream?.close();
  stream = new EventSource('api/stream/metrics');
  for (const kind of ['metrics', 'lists']) stream.addEventListener(kind, ev => onHeard(JSON.parse(ev.data)));
  stream.addEventListener('error', () => {
    if (stream.readyState === EventSource.CLOSED) startPolling(); // refused: all streams may be taken
  });
}

function startPolling() {
  if (polling || state.lost) return;
  polling = setInterval(async () => {
    try {
      await refreshAll();
      onHeard({});
    } catch {
      /* the age tells */
    }
  }, POLL * 1000);
}
function stopPolling() {
  clearInterval(polling);
  polling = 0;
}

// --- lost and found
function onLost() {
  state.lost = true;
  stream?.close();
  stopPolling();
  nextTry = Date.now() / 1000 + retry;
  lostBanner(state.summary, boxTime(heard), tryAgain);
  verdictLost(state.summary, boxTime(heard));
  disableRestarts(true);
  for (const note of document.querySelectorAll(NOTES)) note.textContent = 'as of ' + exactly(boxTime(heard));
}
const boxTime = browserTime => now() - (Date.now() / 1000 - browserTime);

function onFound() {
  state.lost = false;
  found();
  for (const note of document.querySelectorAll(NOTES)) note.textContent = '';
  verdict(state.summary, state);
  disableRestarts(false);
}

async function tryAgain() {
  if (trying) return;
  trying = true;
  try {
    for (const name of Object.keys(texts)) delete texts[name];
    await refreshAll();
    onHeard({});
    openStream();
  } catch (problem) {
    if (problem instanceof NeedsKey) showLogin();
    retry = Math.min(2 * retry, LAST_RETRY);
    nextTry = Date.now() / 1000 + retry;
  }
  trying = false;
}

// Once a second: ages grow, and what was not heard of for long is lost.
function tick() {
  refreshAges();
  const silent = Date.now() / 1000 - heard;
  if (!state.lost && silent >= LOST) onLost();
  if (!state.lost) return age(silent < LATE ? 'Live' : 'Late', silent);
  age('Lost', silent);
  const left = nextTry - Date.now() / 1000;
  if (left <= 0) tryAgain();
  return lostFor(silent, trying ? 'Trying …' : `Trying again in ${span(Math.max(1, left))}.`);
}

// --- theme, keys, addresses, login
function makeTheme() {
  const button = $('#theme'),
    media = matchMedia('(prefers-color-scheme: dark)');
  const dark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : media.matches);
  const label = () => {
    button.title = $('.sr', button).textContent = dark() ? 'Switch to light' : 'Switch to dark';
  };
  button.addEventListener('click', () => {
    root.dataset.theme = dark() ? 'light' : 'dark';
    keep('theme', root.dataset.theme);
    label();
    redrawCharts();
  });
  media.addEventListener('change', () => {
    label();
    redrawCharts();
  });
  label();
}

function makeKeys() {
  addEventListener('keydown', ev => {
    if (
      ev.key !== '/' ||
      ev.ctrlKey ||
      ev.metaKey ||
      /INPUT|TEXTAREA/.test(document.activeElement.tagName) ||
      $('#ask').open
    )
      return;
    ev.preventDefault();
    $('#find').focus();
  });
  new IntersectionObserver(([entry]) => $('.top').classList.toggle('past', !entry.isIntersecting)).observe(
    $('.v-main'),
  );
}

// /alerts, /network …: the same page, at that place.
const PLACES = { hosts: 'box', alerts: 'alerts', network: 'network', smart: 'smart', services: 'l-services' };
function goToPlace() {
  const place = PLACES[location.pathname.split('/').pop()];
  if (!place || location.hash) return;
  const target = $('#' + place);
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView();
}

function showLogin() {
  stream?.close();
  stopPolling();
  heard = 0;
  $('#page').hidden = $('#age').hidden = $('#facts').hidden = $('#about').hidden = true;
  $('#login').hidden = false;
  say($('#host'), location.hostname); // the address typed: nothing of the box is told before the key
  document.title = 'Sign in, Limpet';
  $('#key').focus();
}

async function onLogin(ev) {
  ev.preventDefault();
  const field = $('#key');
  const answer = await logIn(field.value).catch(() => null);
  if (answer?.ok) return location.reload();
  field.setAttribute('aria-invalid', 'true');
  field.select();
  const wait = Number(answer?.headers.get('Retry-After')) || 60;
  return say(
    $('#login-said'),
    !answer
      ? 'The box does not answer.'
      : answer.status === 429
        ? `Too many tries. This address can try again in ${span(wait)}.`
        : 'That key is not right.',
  );
}

async function begin() {
  makeTheme();
  $('#login').addEventListener('submit', onLogin);
  try {
    await refresh('summary');
  } catch (problem) {
    if (problem instanceof NeedsKey) return showLogin();
    say($('#v-head'), 'The box does not answer');
    say($('#v-sub'), 'Trying again in a few seconds.');
    return setTimeout(() => location.reload(), FIRST_RETRY * 1000);
  }
  makeCharts(refreshQuietly);
  makeLists(state);
  makeAlerts(refreshQuietly);
  makeKeys();
  onHeard({});
  openStream();
  setInterval(tick, 1000);
  setInterval(() => {
    if (state.lost) return;
    if (chartsAreOld()) refreshQuietly('charts');
    if (state.disks === 'unknown') refreshQuietly('smart'); // they are asked after the start
  }, 5000);
  setInterval(() => {
    if (!state.lost) ['summary', 'health', 'network', 'smart', 'healing'].forEach(refreshQuietly);
  }, 60000);
  await refreshAll().catch(() => {});
  root.dataset.ready = '';
  return goToPlace();
}
addEventListener('needs-key', showLogin); // reading needs none on the box itself, restarting does
addEventListener('DOMContentLoaded', begin);
