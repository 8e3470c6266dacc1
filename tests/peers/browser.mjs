// SPDX-License-Identifier: MIT
// A Chromium for browser.py: a command a line on stdin, JSON; an answer a line on stdout. NODE_MODULES names the folder
// of playwright-core and axe-core, CHROMIUM the browser.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(process.env.NODE_MODULES + '/');
const { chromium } = require('playwright-core');
const axe = require.resolve('axe-core/axe.min.js');
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });

const PATIENCE = 60000; // ms: a machine may be busy with other tests

let page = null,
  problems = [],
  sizes = []; // of the page's own files, each as soon as it is known

const commands = {
  async open({ url, width = 1280, height = 900, theme = 'light', clock = false }) {
    await page?.context().close();
    // Still, so that no colour is looked at half-way.
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: 'reduce',
      bypassCSP: true,
      ignoreHTTPSErrors: true, // certificates are of the tests' own authority
    });
    context.setDefaultTimeout(PATIENCE);
    page = await context.newPage();
    if (clock) await page.clock.install();
    const found = (problems = []), // a page that was closed may still have something to say
      files = (sizes = []);
    const home = new URL(url).origin;
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) found.push(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', error => found.push(error.stack));
    page.on('request', request => {
      if (!request.url().startsWith('data:') && new URL(request.url()).origin !== home)
        found.push('asks ' + request.url());
    });
    page.on('requestfinished', request => {
      const { pathname } = new URL(request.url());
      if (!/^\/(dashboard\.(js|css))?$/.test(pathname)) return;
      const size = request.sizes().then(
        ({ responseBodySize }) => responseBodySize,
        () => 0, // the page was closed meanwhile
      );
      files.push(size);
    });
    await page.goto(url);
  },
  // What cannot be evaluated, as in a page that is still being read, is not true yet.
  wait: ({ expression, seconds }) =>
    page
      .waitForFunction(`(() => { try { return ${expression}; } catch { return false; } })()`, null, {
        timeout: seconds * 1000,
      })
      .then(
        () => true,
        () => false,
      ),
  eval: ({ expression }) => page.evaluate(expression),
  press: ({ key }) => page.keyboard.press(key),
  click: ({ selector }) => page.click(selector),
  fill: ({ selector, text }) => page.fill(selector, text),
  forward: ({ seconds }) => page.clock.fastForward(seconds * 1000),
  shot: ({ path }) => page.screenshot({ path, fullPage: true }).then(() => true),
  async axe() {
    await page.addScriptTag({ path: axe });
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    return violations.map(
      it =>
        `${it.id}: ${it.help}: ${it.nodes
          .map(node => node.html.slice(0, 200))
          .slice(0, 3)
          .join(' | ')}`,
    );
  },
  problems: () => problems,
  weights: () => Promise.all(sizes),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...options } = JSON.parse(line);
  try {
    const value = await commands[command](options);
    console.log(JSON.stringify({ value: value ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message || error) }));
  }
}
await browser.close();
