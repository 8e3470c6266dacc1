// SPDX-License-Identifier: MIT
// Time: short, relative where one wonders "how long", on the box's clock where one looks things up.
import { h, nb } from './dom.js';

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86400;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

let ahead = 0,
  zone = 0; // seconds: the box's clock before the browser's, its local time before UTC

export function setClock(nowOnBox, utcOffset) {
  ahead = nowOnBox - Date.now() / 1000;
  zone = utcOffset;
}
export const now = () => Date.now() / 1000 + ahead;
export const utcOffset = () => zone;
export const seconds = text => (text ? Date.parse(text) / 1000 : null);

export const span = s => {
  s = Math.max(0, s);
  if (s < 100) return nb(Math.round(s) + ' s');
  if (s < 100 * MINUTE) return nb(Math.round(s / MINUTE) + ' min');
  return nb(s < 36 * HOUR ? Math.round(s / HOUR) + ' h' : Math.round(s / DAY) + ' d');
};

const pad = n => String(n).padStart(2, '0');
const local = t => new Date((t + zone) * 1000);
export const hm = t => pad(local(t).getUTCHours()) + ':' + pad(local(t).getUTCMinutes());
export const hms = t => hm(t) + ':' + pad(local(t).getUTCSeconds());
export const dayMonth = t => local(t).getUTCDate() + ' ' + MONTHS[local(t).getUTCMonth()];
export const weekday = t => DAYS[local(t).getUTCDay()];
const today = t => Math.abs(now() - t) < DAY && local(t).getUTCDate() === local(now()).getUTCDate();
export const when = t => (today(t) ? hm(t) : dayMonth(t) + ' ' + hm(t));
export const exactly = t => (today(t) ? hms(t) : dayMonth(t) + ' ' + hms(t));
export const day = t => (today(t) ? hm(t) : dayMonth(t));
export const zoneName = () => {
  const minutes = Math.round(Math.abs(zone) / 60);
  return (
    'UTC' +
    (zone ? (zone < 0 ? '−' : '+') + Math.floor(minutes / 60) + (minutes % 60 ? ':' + pad(minutes % 60) : '') : '')
  );
};

export const stamp = (t, ...kids) => h('time', { datetime: new Date(t * 1000).toISOString() }, kids);

// "6 min", which grows by itself: refreshAges() once a second.
export const since = (t, before = '', after = '') =>
  h(
    'time',
    { datetime: new Date(t * 1000).toISOString(), 'data-since': t, 'data-before': before, 'data-after': after },
    before + span(now() - t) + after,
  );

export function refreshAges() {
  for (const e of document.querySelectorAll('time[data-since]')) {
    const text = e.dataset.before + span(now() - e.dataset.since) + e.dataset.after;
    if (e.textContent !== text) e.textContent = text;
  }
}
