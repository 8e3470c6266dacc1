// SPDX-License-Identifier: MIT
// How a chart is drawn, for uPlot: axes and lines, shaded gaps, limits, and ticks where there were alerts.
import { root } from './dom.js';
import { banded, lines, RANGES, view } from './grid.js';
import { utcOffset } from './time.js';
import { axisNumber, nice } from './vitals.js';

const pixels = () => devicePixelRatio || 1;
const ink = name => getComputedStyle(root).getPropertyValue(name).trim();
const alpha = (name, share) => `color-mix(in srgb, ${ink(name)} ${share}%, transparent)`;

export const top = (c, data) =>
  c.v.hi ||
  nice(
    Math.max(
      c.v.least,
      ...data
        .slice(1)
        .flat()
        .filter(y => y != null),
    ),
  );

export function options(c) {
  const { v } = c,
    [, secs, , narrowGap, wideGap, label] = RANGES[view.range];
  const width = c.plot.clientWidth,
    mini = width < 200,
    gap = width < 300 ? narrowGap : wideGap;
  const ends = () => [v.lo, c.top];
  const axis = {
    stroke: () => ink('--muted'),
    font: '11.5px system-ui',
    ticks: { show: false },
    grid: { stroke: () => alpha('--line', 70), width: 1 },
  };
  const timeSplits = (u, _, from, to) => {
    const out = [],
      zone = utcOffset(),
      pad = mini ? 0 : (secs * 14) / width;
    for (let t = Math.ceil((from + zone) / gap) * gap - zone; t <= to; t += gap)
      if (t > from + pad && t < to - pad) out.push(t);
    return out;
  };
  const yAxis = {
    ...axis,
    size: mini ? 0 : 34,
    gap: 6,
    splits: () => (mini ? ends() : [v.lo, (v.lo + c.top) / 2, c.top]),
    values: (_, splits) => splits.map(y => (mini ? '' : axisNumber(y, v.unit, c.top))),
  };
  const xAxis = {
    ...axis,
    size: mini ? 2 : 18,
    gap: 2,
    splits: timeSplits,
    values: (_, splits) => splits.map(t => (mini ? '' : label(t))),
  };
  if (mini) xAxis.grid = { show: false };
  const band = banded();
  return {
    width,
    height: c.plot.clientHeight,
    padding: [mini ? 4 : 8, 1, 0, 0],
    legend: { show: false },
    scales: { x: { time: false, range: () => [view.grid.times[0], view.grid.times.at(-1)] }, y: { range: ends } },
    axes: [xAxis, yAxis],
    cursor: {
      drag: { x: false, y: false },
      bind: Object.fromEntries(
        ['mousedown', 'mouseup', 'click', 'dblclick', 'mousemove', 'mouseleave', 'mouseenter'].map(k => [
          k,
          () => null,
        ]),
      ),
    },
    series: [
      {},
      {
        stroke: () => ink('--d1'),
        width: 1.6,
        points: { show: false },
        fillTo: v.lo,
        fill: () => (band ? null : alpha('--d1', 14)),
      },
      { stroke: () => ink('--d2'), width: 1.6, dash: [5, 2], points: { show: false }, show: lines(c).length > 1 },
      ...(band ? [0, 1].map(() => ({ stroke: 'transparent', width: 0, points: { show: false } })) : []),
    ],
    bands: band ? [{ series: [4, 3], fill: () => alpha('--d1', 14) }] : [],
    hooks: { drawClear: [u => shadeGaps(u, c)], draw: [drawLimits.bind(null, c), drawMarks] },
  };
}

function shadeGaps(u, c) {
  const column = lines(c)[0][0],
    { ctx } = u,
    { top: y, height } = u.bbox;
  const x = k => u.valToPos(view.grid.times[k], 'x', true);
  for (let k = 0; k < column.length; k++) {
    if (column[k] != null) continue;
    const from = k;
    while (k < column.length && column[k] == null) k++;
    if (k - from === 1 && k === column.length) return; // the step that is under way
    const left = x(Math.max(0, from - 1)),
      right = x(Math.min(column.length - 1, k)),
      width = right - left;
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
  const { ctx, bbox } = u,
    at = u.valToPos(y, 'y', true);
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
  const [warn, crit] = view.box.limits?.[c.v.id] || [];
  if (warn && warn < c.top) dashed(u, warn, '--warn');
  if (crit && crit < c.top && c.e.classList.contains('big')) dashed(u, crit, '--crit');
}

function drawMarks(u) {
  const { ctx, bbox } = u,
    bottom = bbox.top + bbox.height,
    wide = 2.5 * pixels();
  for (const [t, tone] of view.marks) {
    if (t < view.grid.times[0] || t > view.grid.times.at(-1)) continue;
    ctx.fillStyle = ink('--' + tone);
    ctx.fillRect(u.valToPos(t, 'x', true) - wide / 2, bottom - 5 * pixels(), wide, 5 * pixels());
  }
}
