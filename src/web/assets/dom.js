// SPDX-License-Identifier: MIT
// Elements and words. Everything is built with textContent and createElement: names from outside never become markup.

export const root = document.documentElement;
export const $ = (selector, from = document) => from.querySelector(selector);

const pieces = kids => kids.flat(Infinity).filter(kid => kid != null && kid !== false && kid !== '');

export const fill = (element, attributes, kids) => {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value != null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...pieces(kids));
  return element;
};

export const h = (tag, attributes, ...kids) => fill(document.createElement(tag), attributes, kids);
export const svg = (tag, attributes, ...kids) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, kids);
export const icon = name => svg('use', { href: '#g-' + name });
export const glyph = (name, tone = name) => svg('svg', { class: 'g t-' + tone, 'aria-hidden': 'true' }, icon(name));

// New content for an element; what had the focus in it gets it back, when it is still there.
export function put(element, ...kids) {
  const held = element.contains(document.activeElement) && document.activeElement.dataset.key;
  element.replaceChildren(...pieces(kids));
  if (held) element.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  return element;
}

// What is the same as before is not said again: a status region would be read out.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export const count = (n, one, many = one + 's') => n + ' ' + (n === 1 ? one : many);
export const upper = text => text.charAt(0).toUpperCase() + text.slice(1);
// A number keeps its unit.
export const nb = text => String(text ?? '').replace(/(\d) (?=\S)/g, '$1\u00a0');

// Radio buttons that look like one bar.
export function segmented(box, name, options, value, pick) {
  for (const [key, label] of options) {
    const input = h('input', { type: 'radio', name, value: key, id: name + key, checked: key === value });
    input.addEventListener('change', () => pick(key));
    box.append(input, h('label', { for: name + key }, label));
  }
}

// How a row is, as the API says it, and the sign and colour of that.
export const TONES = {
  well: 'ok',
  busy: 'busy',
  warning: 'warn',
  critical: 'crit',
  unknown: 'unk',
  paused: 'pause',
  ended: 'off',
};
export const RANK = { critical: 0, busy: 1, warning: 2, unknown: 3, paused: 4, ended: 5, well: 6 };
export const isBad = row => RANK[row.condition] < 3;
export const colour = tone => ({ busy: 'warn', pause: 'off' })[tone] || tone;
export const sign = tone => glyph(tone, colour(tone));

export const CHANNELS = { pushover: 'Pushover', telegram: 'Telegram', slack: 'Slack', webhook: 'Webhook', n8n: 'n8n' };
export const channelName = name => CHANNELS[name] || upper(name);
