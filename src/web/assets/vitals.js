// SPDX-License-Identifier: MIT
// The six vital signs: what each is called, drawn from, and says beside its number. Reads samples, draws nothing.
import { count, nb } from './dom.js';

const whole = y => String(Math.round(y));
const fine = y => (y < 10 ? y.toFixed(1) : whole(y));
const rate = bits =>
  bits >= 999.5e3 ? [(bits / 1e6).toFixed(bits < 9.95e6 ? 1 : 0), 'Mb/s'] : [whole(bits / 1e3), 'kb/s'];
const mib = amount => (amount >= 1024 ? [(amount / 1024).toFixed(1), 'GiB'] : [whole(amount), 'MiB']);

function memorySub(sample) {
  if (sample.memory_used_mib == null) return '';
  const [all, unit] = mib((sample.memory_used_mib / sample.memory_percent) * 100);
  const used = unit === 'GiB' ? (sample.memory_used_mib / 1024).toFixed(1) : whole(sample.memory_used_mib);
  return `${used} of ${all} ${unit}`;
}

function networkSub(sample) {
  const names = (sample.interfaces || []).map(face => face.name).join(', ');
  return names && names + (sample.errors_per_s > 0 ? `, ${fine(sample.errors_per_s)} errors/s` : ', no errors');
}

const inodes = sample => (sample.inode_percent == null ? '' : `inodes ${whole(sample.inode_percent)} %`);

// `scale` turns a stored value into the one shown; `none` is why there is nothing to draw on this box,
// unless it was `tried`.
export const VITALS = [
  {
    id: 'cpu',
    label: 'CPU',
    unit: '%',
    lo: 0,
    hi: 100,
    series: ['cpu_percent'],
    names: ['CPU'],
    sub: (s, box) => (s.load_1 == null ? '' : `load ${s.load_1.toFixed(2)}, `) + count(box.cores, 'core'),
  },
  {
    id: 'memory',
    label: 'Memory',
    unit: '%',
    lo: 0,
    hi: 100,
    series: ['memory_percent', 'swap_percent'],
    names: ['memory', 'swap'],
    sub: memorySub,
  },
  {
    id: 'disk',
    label: 'Disk',
    unit: '%',
    lo: 0,
    hi: 100,
    series: ['disk_percent'],
    names: ['disk'],
    sub: (s, box) => box.disk_text || inodes(s),
  },
  {
    id: 'temperature',
    label: 'Temperature',
    unit: '°C',
    lo: 20,
    hi: 90,
    series: ['temperature_celsius'],
    names: ['temperature'],
    sub: () => 'the hottest sensor',
    none: 'No sensor on this machine',
  },
  {
    id: 'ping',
    label: 'Ping',
    unit: 'ms',
    lo: 0,
    series: ['ping_ms'],
    names: ['ping'],
    least: 10,
    sub: s => (s.internet_ok === false ? 'no answer' : ''),
    none: 'No probe is set: [heartbeat] probe =',
    tried: s => s.internet_ok != null,
  },
  {
    id: 'network',
    label: 'Network',
    unit: 'b/s',
    lo: 0,
    series: ['received_bytes_per_s', 'sent_bytes_per_s'],
    names: ['in', 'out'],
    scale: 8,
    least: 10e3,
    sub: networkSub,
    pair: true,
  },
];

export const shown = (y, unit) => {
  if (y == null) return ['none', ''];
  if (unit === 'b/s') return rate(y);
  return [unit === 'ms' ? fine(y) : whole(y), unit];
};
export const said = (y, unit) => (y == null ? 'no answer' : nb(shown(y, unit).join(' ')));

export const axisNumber = (y, unit, top) =>
  unit !== 'b/s' ? whole(y) : (top >= 1e6 ? y / 1e6 : y / 1e3).toFixed(top < 4e6 && top >= 1e6 && y % 1e6 ? 1 : 0);

// The next round number at or above, for the top of an axis.
export function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return [1, 2, 4, 5, 10].find(k => k * power >= value) * power;
}
