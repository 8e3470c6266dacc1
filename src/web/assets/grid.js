// SPDX-License-Identifier: MIT
// What the charts show: the range, a grid of points in it, where the crosshair is, and what else is drawn. No element.
import { DAY, dayMonth, hm, HOUR, MINUTE, now, weekday, when } from './time.js';

// label, seconds, words, a tick every … on narrow and on wide charts, its label, the crosshair's label
export const RANGES = {
  '1h': ['1 h', HOUR, 'the last hour', 20 * MINUTE, 10 * MINUTE, hm, hm],
  '24h': ['24 h', DAY, 'the last 24 hours', 6 * HOUR, 3 * HOUR, hm, when],
  '7d': ['7 d', 7 * DAY, 'the last 7 days', 2 * DAY, DAY, weekday, t => weekday(t) + ' ' + hm(t)],
  '90d': ['90 d', 90 * DAY, 'the last 90 days', 30 * DAY, 15 * DAY, dayMonth, dayMonth],
};
const wish = new URLSearchParams(location.search).get('range');
export const view = {
  range: wish in RANGES ? wish : '1h',
  grid: null, // times, and three columns (mean, min, max) for each series
  marks: [], // of alerts: time and colour
  cursor: null, // the point under the crosshair; null: now
  live: null, // the newest sample
  box: { cores: 0 }, // the summary
};
export const banded = () => RANGES[view.range][1] > DAY;

// A point for each step of the range, absent ones null, so that all charts count alike
export function place(answer) {
  const step = answer.step_s,
    to = Math.floor(answer.to / step) * step;
  const length = Math.floor(RANGES[view.range][1] / step) + 1,
    from = to - (length - 1) * step;
  const times = Array.from({ length }, (_, k) => from + k * step),
    columns = {};
  for (const name of answer.series) columns[name] = [0, 1, 2].map(() => new Array(length).fill(null));
  for (const [t, ...values] of answer.points) {
    const k = Math.round((t - from) / step);
    if (k >= 0 && k < length) answer.series.forEach((name, n) => setPoint(columns[name], k, values[n]));
  }
  return { step, times, columns };
}

function setPoint(column, k, value) {
  const parts = Array.isArray(value) ? value : [value, value, value];
  column.forEach((values, n) => {
    values[k] = parts[n] ?? null;
  });
}

// A new sample moves the hour on. True: the charts have to be drawn.
export function takeSample(sample) {
  view.live = sample;
  const { grid } = view;
  if (!grid || view.range !== '1h') return false;
  const time = Math.floor(sample.time / grid.step) * grid.step;
  for (let last = grid.times.at(-1); last < time; last += grid.step) {
    grid.times.push(last + grid.step);
    grid.times.shift();
    for (const values of Object.values(grid.columns).flat()) {
      values.push(null);
      values.shift();
    }
  }
  for (const [name, column] of Object.entries(grid.columns)) setPoint(column, grid.times.length - 1, sample[name]);
  return true;
}

// Longer ranges are asked for again when a step of theirs is over.
export const chartsAreOld = () =>
  view.grid && view.range !== '1h' && now() > view.grid.times.at(-1) + 2 * view.grid.step;

export const lines = c => c.v.series.map(name => view.grid.columns[name]).filter(Boolean);
export function dataOf(c) {
  const scale = c.v.scale || 1,
    scaled = values => values.map(y => (y == null ? null : y * scale));
  const [first, second] = lines(c),
    columns = [first[0], (second || first)[0]];
  return [view.grid.times, ...columns.map(scaled), ...(banded() ? [scaled(first[1]), scaled(first[2])] : [])];
}
