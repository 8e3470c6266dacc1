// SPDX-License-Identifier: MIT
// The charts (uPlot). One time axis for all, and one crosshair; ticks below are alerts; gaps are shaded, never joined;
// 7 d and 90 d draw the mean in a band from smallest to largest. Each is a slider for keys and screen readers.
/* global uPlot */
import { get } from './api.js';
import { $, glyph, h, icon, nb, put, say, segmented, svg } from './dom.js';
import { SEVERITIES } from './feeds.js';
import { dataOf, lines, place, RANGES, takeSample, view } from './grid.js';
import { options, top } from './plot.js';
import { seconds } from './time.js';
import { said, shown, VITALS } from './vitals.js';

let cards = [];

// --- one card
function card(v) {
  const c = {
    v,
    value: h('p', { class: 'v-now' }),
    sub: h('p', { class: 'v-sub' }),
    stats: h('dl', { class: 'stats' }),
  };
  c.grow = h(
    'button',
    { type: 'button', class: 'icon small', 'aria-expanded': 'false', 'aria-label': 'Enlarge ' + v.label },
    svg('svg', { 'aria-hidden': 'true' }, icon('grow')),
  );
  c.plot = h('div', {
    class: 'plot',
    tabindex: 0,
    role: 'slider',
    'aria-label': v.label + ' chart',
    'aria-orientation': 'horizontal',
    'aria-valuemin': 0,
    'aria-valuemax': 0,
    'aria-valuenow': 0,
  });
  c.none = h('p', { class: 'v-none', hidden: true }, v.none);
  c.e = h(
    'article',
    { class: 'vital', 'aria-labelledby': 'v-' + v.id },
    h('div', { class: 'v-top' }, h('h3', { id: 'v-' + v.id }, v.label), c.grow),
    c.value,
    c.sub,
    c.none,
    c.plot,
    c.stats,
  );
  c.grow.addEventListener('click', () => {
    c.grow.setAttribute('aria-expanded', c.e.classList.toggle('big'));
    c.grow.setAttribute('aria-label', (c.e.classList.contains('big') ? 'Shrink ' : 'Enlarge ') + v.label);
    draw(c);
  });
  listen(c);
  return c;
}

function listen({ plot }) {
  const move = k => {
    view.cursor = k == null || !view.grid ? null : Math.max(0, Math.min(view.grid.times.length - 1, k));
    cards.forEach(point);
  };
  plot.addEventListener('pointermove', ev => {
    const area = $('.u-over', plot)?.getBoundingClientRect();
    if (area) move(Math.round(((ev.clientX - area.left) / area.width) * (view.grid.times.length - 1)));
  });
  plot.addEventListener('pointerleave', () => move(null));
  plot.addEventListener('blur', () => move(null));
  plot.addEventListener('keydown', ev => {
    if (!view.grid) return;
    const last = view.grid.times.length - 1,
      at = view.cursor ?? last;
    const to = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageUp: at - 20,
      PageDown: at + 20,
      Home: 0,
      End: last,
      Escape: null,
    }[ev.key];
    if (to === undefined) return;
    ev.preventDefault();
    move(to);
  });
}

// --- drawing
function draw(c) {
  c.chart?.destroy();
  c.chart = null;
  const absent =
    c.v.none &&
    view.grid &&
    lines(c).every(([mean]) => mean.every(y => y == null)) &&
    !(view.live && (c.v.series.some(name => view.live[name] != null) || c.v.tried?.(view.live)));
  c.none.hidden = !absent;
  c.plot.hidden = c.grow.hidden = c.value.hidden = c.sub.hidden = Boolean(absent);
  if (absent || !view.grid || !c.plot.clientWidth) return;
  const data = dataOf(c);
  c.top = top(c, data);
  c.chart = new uPlot(options(c), data, c.plot);
  c.plot.setAttribute('aria-valuemax', view.grid.times.length - 1);
  describe(c, data);
  point(c);
}

// New data in the same axes; another top, or the first values of what had none, draws it anew.
function update(c) {
  if (!c.chart) return draw(c);
  const data = dataOf(c);
  if (top(c, data) !== c.top) return draw(c);
  c.chart.setData(data);
  describe(c, data);
}

function describe(c, data) {
  const known = (data[1] || []).filter(y => y != null),
    { unit } = c.v;
  const [warn, crit] = view.box.limits?.[c.v.id] || [];
  if (!known.length) {
    c.words = '';
    return put(c.stats);
  }
  const least = Math.min(...(data[3] || known).filter(y => y != null));
  const most = Math.max(...(data[4] || known).filter(y => y != null));
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  c.words =
    `In ${RANGES[view.range][2]} between ${said(least, unit)} and ${said(most, unit)}` +
    (warn ? `, warning at ${said(warn, unit)}` : '');
  put(
    c.stats,
    [
      ['Lowest', least],
      ['Mean', mean],
      ['Highest', most],
      ['Warns at', warn],
      ['Critical at', crit],
    ]
      .filter(([, y]) => y != null)
      .map(([name, y]) => h('div', {}, h('dt', {}, name), h('dd', {}, said(y, unit)))),
  );
}

// --- the numbers: of now, or of where the crosshair is
function point(c) {
  if (!view.grid) return;
  const { v } = c,
    at = view.cursor ?? view.grid.times.length - 1,
    here = view.cursor == null,
    scale = v.scale || 1;
  const raw = k => (here && view.live ? view.live[v.series[k]] : view.grid.columns[v.series[k]]?.[0][at]);
  const y = k => (raw(k) == null ? null : raw(k) * scale);
  const figure = k => {
    const [number, unit] = shown(y(k), v.unit);
    return h('span', { class: 'fig' }, h('span', { class: 'num' }, number), unit && h('span', { class: 'unit' }, unit));
  };
  const arrow = (k, word, sign) =>
    h(
      'span',
      { class: 'pair ' + (k ? 'two' : 'one') },
      h('span', { class: 'sr' }, word + ' '),
      h('span', { class: 'arrow', 'aria-hidden': 'true' }, sign),
      figure(k),
    );
  put(
    c.value,
    v.pair
      ? [arrow(0, 'in', '↓'), arrow(1, 'out', '↑')]
      : [figure(0), v.names[1] && y(1) != null && h('span', { class: 'second' }, v.names[1] + ' ', said(y(1), v.unit))],
  );
  const state = view.box.vitals?.[v.id],
    t = RANGES[view.range][6](view.grid.times[at]);
  c.e.className =
    'vital' + (c.e.classList.contains('big') ? ' big' : '') + (here ? '' : ' past') + (state ? ' t-' + state.tone : '');
  put(
    c.sub,
    here
      ? [
          state && [h('b', { class: 'v-word t-' + state.tone }, glyph(state.tone), state.word), ' '],
          view.live && nb(v.sub(view.live, view.box)),
        ]
      : 'at ' + t,
  );
  c.plot.setAttribute('aria-valuenow', at);
  c.plot.setAttribute(
    'aria-valuetext',
    (here ? 'now ' : t + ', ') +
      v.names
        .filter((_, k) => !k || y(k) != null)
        .map((name, k) => (v.names[1] ? name + ' ' : '') + said(y(k), v.unit))
        .join(', ') +
      (here && c.words ? '. ' + c.words : ''),
  );
  c.chart?.setCursor(
    here ? { left: -10, top: -10 } : { left: c.chart.valToPos(view.grid.times[at], 'x'), top: 0 },
    false,
  );
}

// --- for the rest of the page
export function addSample(sample) {
  if (takeSample(sample)) cards.forEach(update);
  cards.forEach(point);
}

export async function fetchCharts(host) {
  const asked = view.range;
  const { value } = await get(`api/hosts/${encodeURIComponent(host)}/metrics?minutes=${RANGES[asked][1] / 60}`);
  if (asked !== view.range) return;
  view.grid = place(value);
  view.cursor = null;
  cards.forEach(draw);
}

export function showMarks(alerts) {
  view.marks = alerts.items
    .filter(item => item.severity !== 'info')
    .map(item => [seconds(item.timestamp), SEVERITIES[item.severity][0]]);
  cards.forEach(c => c.chart?.redraw(false));
}

export function showBox(summary) {
  view.box = summary;
  cards.forEach(point);
}
export const redrawCharts = () => cards.forEach(draw);

export function makeCharts(refresh) {
  cards = VITALS.map(card);
  put(
    $('#vitals'),
    cards.map(c => c.e),
  );
  segmented(
    $('#range'),
    'range',
    Object.entries(RANGES).map(([key, [label]]) => [key, label]),
    view.range,
    async key => {
      view.range = key;
      await refresh('charts');
      say($('#live'), 'Charts show ' + RANGES[key][2]);
    },
  );
  let last = 0;
  new ResizeObserver(([entry]) => {
    if (entry.contentRect.width === last) return;
    last = entry.contentRect.width;
    redrawCharts();
  }).observe($('#vitals'));
}
