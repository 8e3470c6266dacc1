// SPDX-License-Identifier: MIT
// The charts (uPlot). One time axis for all, and one crosshair; ticks below are alerts; gaps are shaded, never joined;
// 7 d and 90 d draw the mean in a band from smallest to largest. Each is a slider for keys and screen readers.
/* global uPlot */
import { get } from './api.js';
import { $, glyph, h, icon, nb, put, root, say, segmented, svg } from './dom.js';
import { SEVERITIES } from './feeds.js';
import { DAY, dayMonth, hm, HOUR, MINUTE, now, seconds, utcOffset, weekday, when } from './time.js';
import { axisNumber, nice, said, shown, VITALS } from './vitals.js';

// label, seconds, words, a tick every … on narrow and on wide charts, its label, the crosshair's label
const RANGES = {
  '1h': ['1 h', HOUR, 'the last hour', 20 * MINUTE, 10 * MINUTE, hm, hm],
  '24h': ['24 h', DAY, 'the last 24 hours', 6 * HOUR, 3 * HOUR, hm, when],
  '7d': ['7 d', 7 * DAY, 'the last 7 days', 2 * DAY, DAY, weekday, t => weekday(t) + ' ' + hm(t)],
  '90d': ['90 d', 90 * DAY, 'the last 90 days', 30 * DAY, 15 * DAY, dayMonth, dayMonth],
};
const wish = new URLSearchParams(location.search).get('range');
let range = wish in RANGES ? wish : '1h';
let cards = [], grid = null, marks = [], cursor = null, live = null, box = { cores: 0 };

const pixels = () => devicePixelRatio || 1;
const ink = name => getComputedStyle(root).getPropertyValue(name).trim();
const alpha = (name, share) => `color-mix(in srgb, ${ink(name)} ${share}%, transparent)`;
const banded = () => RANGES[range][1] > DAY;

// --- data: a point for each step of the range, absent ones null, so that all charts count alike
function place(answer) {
  const step = answer.step_s, to = Math.floor(answer.to / step) * step;
  const length = Math.floor(RANGES[range][1] / step) + 1, from = to - (length - 1) * step;
  const times = Array.from({ length }, (_, k) => from + k * step), columns = {};
  for (const name of answer.series) columns[name] = [0, 1, 2].map(() => new Array(length).fill(null));
  for (const [t, ...values] of answer.points) {
    const k = Math.round((t - from) / step);
    if (k >= 0 && k < length) answer.series.forEach((name, n) => setPoint(columns[name], k, values[n]));
  }
  return { step, times, columns };
}

function setPoint(column, k, value) {
  const parts = Array.isArray(value) ? value : [value, value, value];
  column.forEach((values, n) => { values[k] = parts[n] ?? null; });
}

// A new sample moves the hour on; longer ranges are asked for again when a step of theirs is over.
export function addSample(sample) {
  live = sample;
  if (grid && range === '1h') {
    const k = grid.times.length, t = Math.floor(sample.time / grid.step) * grid.step;
    for (let last = grid.times[k - 1]; last < t; last += grid.step) {
      grid.times.push(last + grid.step);
      grid.times.shift();
      for (const column of Object.values(grid.columns)) for (const values of column) { values.push(null); values.shift(); }
    }
    for (const [name, column] of Object.entries(grid.columns)) setPoint(column, k - 1, sample[name]);
    cards.forEach(update);
  }
  cards.forEach(point);
}
export const chartsAreOld = () => grid && range !== '1h' && now() > grid.times.at(-1) + 2 * grid.step;

const lines = c => c.v.series.map(name => grid.columns[name]).filter(Boolean);
function dataOf(c) {
  const scale = c.v.scale || 1, scaled = values => values.map(y => y == null ? null : y * scale);
  const [first, second] = lines(c), columns = [first[0], (second || first)[0]];
  return [grid.times, ...columns.map(scaled), ...(banded() ? [scaled(first[1]), scaled(first[2])] : [])];
}

// --- one card
function card(v) {
  const c = { v, value: h('p', { class: 'v-now' }), sub: h('p', { class: 'v-sub' }), stats: h('dl', { class: 'stats' }) };
  c.grow = h('button', { type: 'button', class: 'icon small', 'aria-expanded': 'false', 'aria-label': 'Enlarge ' + v.label },
    svg('svg', { 'aria-hidden': 'true' }, icon('grow')));
  c.plot = h('div', { class: 'plot', tabindex: 0, role: 'slider', 'aria-label': v.label + ' chart', 'aria-orientation': 'horizontal',
    'aria-valuemin': 0, 'aria-valuemax': 0, 'aria-valuenow': 0 });
  c.none = h('p', { class: 'v-none', hidden: true }, v.none);
  c.e = h('article', { class: 'vital', 'aria-labelledby': 'v-' + v.id },
    h('div', { class: 'v-top' }, h('h3', { id: 'v-' + v.id }, v.label), c.grow), c.value, c.sub, c.none, c.plot, c.stats);
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
    cursor = k == null || !grid ? null : Math.max(0, Math.min(grid.times.length - 1, k));
    cards.forEach(point);
  };
  plot.addEventListener('pointermove', ev => {
    const area = $('.u-over', plot)?.getBoundingClientRect();
    if (area) move(Math.round((ev.clientX - area.left) / area.width * (grid.times.length - 1)));
  });
  plot.addEventListener('pointerleave', () => move(null));
  plot.addEventListener('blur', () => move(null));
  plot.addEventListener('keydown', ev => {
    if (!grid) return;
    const last = grid.times.length - 1, at = cursor ?? last;
    const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, PageUp: at - 20,
      PageDown: at + 20, Home: 0, End: last, Escape: null }[ev.key];
    if (to === undefined) return;
    ev.preventDefault();
    move(to);
  });
}

// --- drawing
const top = (c, data) => c.v.hi || nice(Math.max(c.v.least, ...data.slice(1).flat().filter(y => y != null)));

function options(c) {
  const { v } = c, [, secs, , narrowGap, wideGap, label] = RANGES[range];
  const width = c.plot.clientWidth, mini = width < 200, gap = width < 300 ? narrowGap : wideGap;
  const ends = () => [v.lo, c.top];
  const axis = { stroke: () => ink('--muted'), font: '11.5px system-ui', ticks: { show: false },
    grid: { stroke: () => alpha('--line', 70), width: 1 } };
  const timeSplits = (u, _, from, to) => {
    const out = [], zone = utcOffset(), pad = mini ? 0 : secs * 14 / width;
    for (let t = Math.ceil((from + zone) / gap) * gap - zone; t <= to; t += gap) if (t > from + pad && t < to - pad) out.push(t);
    return out;
  };
  const yAxis = { ...axis, size: mini ? 0 : 34, gap: 6, splits: () => mini ? ends() : [v.lo, (v.lo + c.top) / 2, c.top],
    values: (_, splits) => splits.map(y => mini ? '' : axisNumber(y, v.unit, c.top)) };
  const xAxis = { ...axis, size: mini ? 2 : 18, gap: 2, splits: timeSplits, values: (_, splits) => splits.map(t => mini ? '' : label(t)) };
  if (mini) xAxis.grid = { show: false };
  const band = banded();
  return {
    width, height: c.plot.clientHeight, padding: [mini ? 4 : 8, 1, 0, 0], legend: { show: false },
    scales: { x: { time: false, range: () => [grid.times[0], grid.times.at(-1)] }, y: { range: ends } },
    axes: [xAxis, yAxis],
    cursor: { drag: { x: false, y: false }, bind: Object.fromEntries(
      ['mousedown', 'mouseup', 'click', 'dblclick', 'mousemove', 'mouseleave', 'mouseenter'].map(k => [k, () => null])) },
    series: [{},
      { stroke: () => ink('--d1'), width: 1.6, points: { show: false }, fillTo: v.lo, fill: () => band ? null : alpha('--d1', 14) },
      { stroke: () => ink('--d2'), width: 1.6, dash: [5, 2], points: { show: false }, show: lines(c).length > 1 },
      ...(band ? [0, 1].map(() => ({ stroke: 'transparent', width: 0, points: { show: false } })) : [])],
    bands: band ? [{ series: [4, 3], fill: () => alpha('--d1', 14) }] : [],
    hooks: { drawClear: [u => shadeGaps(u, c)], draw: [drawLimits.bind(null, c), drawMarks] },
  };
}

function shadeGaps(u, c) {
  const column = lines(c)[0][0], { ctx } = u, { top: y, height } = u.bbox;
  const x = k => u.valToPos(grid.times[k], 'x', true);
  for (let k = 0; k < column.length; k++) {
    if (column[k] != null) continue;
    const from = k;
    while (k < column.length && column[k] == null) k++;
    if (k - from === 1 && k === column.length) return;   // the step that is under way
    const left = x(Math.max(0, from - 1)), right = x(Math.min(column.length - 1, k)), width = right - left;
    ctx.fillStyle = alpha('--sunk', 60);
    ctx.fillRect(left, y, width, height);
    const old = from === 0 ? 'no data yet' : '';
    if (!old || width < 70 * pixels() || c.plot.clientWidth < 200) continue;
    ctx.fillStyle = ink('--muted');
    ctx.font = 11.5 * pixels() + 'px system-ui';
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillText(old, (left + right) / 2, y + height / 2);
  }
}

function dashed(u, y, colour) {
  const { ctx, bbox } = u, at = u.valToPos(y, 'y', true);
  ctx.save();
  ctx.strokeStyle = ink(colour);
  ctx.lineWidth = pixels();
  ctx.setLineDash([3 * pixels(), 4 * pixels()]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, at);
  ctx.lineTo(bbox.left + bbox.width, at);
  ctx.stroke();
  ctx.restore();
}
function drawLimits(c, u) {
  const [warn, crit] = box.limits?.[c.v.id] || [];
  if (warn && warn < c.top) dashed(u, warn, '--warn');
  if (crit && crit < c.top && c.e.classList.contains('big')) dashed(u, crit, '--crit');
}

function drawMarks(u) {
  const { ctx, bbox } = u, bottom = bbox.top + bbox.height, wide = 2.5 * pixels();
  for (const [t, tone] of marks) {
    if (t < grid.times[0] || t > grid.times.at(-1)) continue;
    ctx.fillStyle = ink('--' + tone);
    ctx.fillRect(u.valToPos(t, 'x', true) - wide / 2, bottom - 5 * pixels(), wide, 5 * pixels());
  }
}

function draw(c) {
  c.chart?.destroy();
  c.chart = null;
  const absent = c.v.none && grid && lines(c).every(([mean]) => mean.every(y => y == null)) && !(live && c.v.series.some(name => live[name] != null));
  c.none.hidden = !absent;
  c.plot.hidden = c.grow.hidden = c.value.hidden = c.sub.hidden = Boolean(absent);
  if (absent || !grid || !c.plot.clientWidth) return;
  const data = dataOf(c);
  c.top = top(c, data);
  c.chart = new uPlot(options(c), data, c.plot);
  c.plot.setAttribute('aria-valuemax', grid.times.length - 1);
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
  const known = (data[1] || []).filter(y => y != null), { unit } = c.v;
  const [warn, crit] = box.limits?.[c.v.id] || [];
  if (!known.length) {
    c.words = '';
    return put(c.stats);
  }
  const least = Math.min(...(data[3] || known).filter(y => y != null));
  const most = Math.max(...(data[4] || known).filter(y => y != null));
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  c.words = `In ${RANGES[range][2]} between ${said(least, unit)} and ${said(most, unit)}` + (warn ? `, warning at ${said(warn, unit)}` : '');
  put(c.stats, [['Lowest', least], ['Mean', mean], ['Highest', most], ['Warns at', warn], ['Critical at', crit]]
    .filter(([, y]) => y != null).map(([name, y]) => h('div', {}, h('dt', {}, name), h('dd', {}, said(y, unit)))));
}

// --- the numbers: of now, or of where the crosshair is
function point(c) {
  if (!grid) return;
  const { v } = c, at = cursor ?? grid.times.length - 1, here = cursor == null, scale = v.scale || 1;
  const raw = k => here && live ? live[v.series[k]] : grid.columns[v.series[k]]?.[0][at];
  const y = k => raw(k) == null ? null : raw(k) * scale;
  const figure = k => {
    const [number, unit] = shown(y(k), v.unit);
    return h('span', { class: 'fig' }, h('span', { class: 'num' }, number), unit && h('span', { class: 'unit' }, unit));
  };
  const arrow = (k, word, sign) => h('span', { class: 'pair ' + (k ? 'two' : 'one') }, h('span', { class: 'sr' }, word + ' '),
    h('span', { class: 'arrow', 'aria-hidden': 'true' }, sign), figure(k));
  put(c.value, v.pair ? [arrow(0, 'in', '↓'), arrow(1, 'out', '↑')]
    : [figure(0), v.names[1] && y(1) != null && h('span', { class: 'second' }, v.names[1] + ' ', said(y(1), v.unit))]);
  const state = box.vitals?.[v.id], t = RANGES[range][6](grid.times[at]);
  c.e.className = 'vital' + (c.e.classList.contains('big') ? ' big' : '') + (here ? '' : ' past') + (state ? ' t-' + state.tone : '');
  put(c.sub, here ? [state && [h('b', { class: 'v-word t-' + state.tone }, glyph(state.tone), state.word), ' '],
    live && nb(v.sub(live, box))] : 'at ' + t);
  c.plot.setAttribute('aria-valuenow', at);
  c.plot.setAttribute('aria-valuetext', (here ? 'now ' : t + ', ') + v.names.filter((_, k) => !k || y(k) != null)
    .map((name, k) => (v.names[1] ? name + ' ' : '') + said(y(k), v.unit)).join(', ') + (here && c.words ? '. ' + c.words : ''));
  c.chart?.setCursor(here ? { left: -10, top: -10 } : { left: c.chart.valToPos(grid.times[at], 'x'), top: 0 }, false);
}

// --- for the rest of the page
export async function fetchCharts(host) {
  const asked = range;
  const { value } = await get(`api/hosts/${encodeURIComponent(host)}/metrics?minutes=${RANGES[asked][1] / 60}`);
  if (asked !== range) return;
  grid = place(value);
  cursor = null;
  cards.forEach(draw);
}

export function showMarks(alerts) {
  marks = alerts.items.filter(item => item.severity !== 'info')
    .map(item => [seconds(item.timestamp), SEVERITIES[item.severity][0]]);
  cards.forEach(c => c.chart?.redraw(false));
}

export function showBox(summary) {
  box = summary;
  cards.forEach(point);
}
export const redrawCharts = () => cards.forEach(draw);

export function makeCharts(refresh) {
  cards = VITALS.map(card);
  put($('#vitals'), cards.map(c => c.e));
  segmented($('#range'), 'range', Object.entries(RANGES).map(([key, [label]]) => [key, label]), range, async key => {
    range = key;
    await refresh('charts');
    say($('#live'), 'Charts show ' + RANGES[key][2]);
  });
  let last = 0;
  new ResizeObserver(([entry]) => {
    if (entry.contentRect.width === last) return;
    last = entry.contentRect.width;
    redrawCharts();
  }).observe($('#vitals'));
}
