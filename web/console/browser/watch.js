// What a page must never do, noted while it is looked at.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// Errors of the page and of its log, which tells of the content security policy too, and requests to other hosts.
export function watch(page, base) {
  const wrong = [];
  page.on('console', (said) => {
    if (said.type() === 'error') wrong.push(`console: ${said.text()} ${said.location().url}`);
  });
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) wrong.push(`outside: ${request.url()}`);
  });
  return wrong;
}

// Its head is there, and everything that it has read; the page of the design shows how waiting looks.
export async function settled(page) {
  await page.locator('main h1').first().waitFor();
  await page.locator('main:not(:has(.gallery)) .bone').first().waitFor({ state: 'detached' });
}

// To another page as a link leads there, without loading everything anew.
export async function goWithin(page, path) {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
    return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  }, path);
}

// What axe-core finds, by these rules or all. Through the debugger, which the policy of the page does not hold back.
export async function violations(page, which = rules) {
  // What lies under an open menu is half covered by it, and not to be pressed.
  const covered = (await page.locator('.menu > ul').count()) > 0;
  const asked = covered ? which.filter((rule) => rule !== 'target-size') : which;
  const off = covered && which === rules ? { 'target-size': { enabled: false } } : {};
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: `globalThis.axe ?? (() => { ${axe} })()` });
  const { result } = await session.send('Runtime.evaluate', {
    awaitPromise: true,
    returnByValue: true,
    expression: `axe.run(document, { runOnly: ${JSON.stringify(asked)}, rules: ${JSON.stringify(off)}, resultTypes: ['violations'] }).then((r) => r.violations.map((v) =>
      v.id + ': ' + v.nodes.slice(0, 4).map((n) => n.target + ' ' + (n.any[0]?.message ?? '')).join(' | ')))`,
  });
  await session.detach();
  return result.value ?? ['axe did not run'];
}

export const sideways = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
