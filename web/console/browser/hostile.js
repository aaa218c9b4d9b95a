// What others have written, looked at on every page: it must stay text. And addresses as somebody would make them to trick a page.
import { goWithin, settled, watch } from './watch.js';
import { signIn } from './sign_in.js';

const idleMs = 5_000;

// Requests under way, but for the stream, which never ends.
function follow(page) {
  const open = new Set();
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') open.add(request);
  });
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => open.delete(request));
  return async () => {
    for (const until = Date.now() + idleMs; Date.now() < until;) {
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      if (open.size === 0) return;
    }
  };
}

// In the page: everything that no text of ours makes, and all that is read there.
function inspect() {
  const wrong = [];
  const never =
    'iframe, frame, object, embed, base, meta[http-equiv], math, marquee, img, video, audio, style, body script, form[action], ' +
    'foreignObject, animate, set, [data-pwn], [srcdoc], [style*="url("]';
  for (const element of document.querySelectorAll(never)) wrong.push(`made: ${element.outerHTML.slice(0, 120)}`);
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) wrong.push(`handler: ${name}=${value.slice(0, 80)}`);
    }
    if (element.href !== undefined && typeof element.href === 'string' && element.tagName === 'A') {
      const url = new URL(element.href);
      const ours = url.origin === location.origin || ['mailto:', 'tel:'].includes(url.protocol);
      if (!ours) wrong.push(`leads out: ${element.getAttribute('href').slice(0, 120)}`);
    }
  }
  if (document.title.length > 200 || globalThis.pwned) wrong.push('ran, or wrote the title');
  const fields = [...document.querySelectorAll('input, textarea')].map((field) => field.value);
  const options = [...document.querySelectorAll('[title], [aria-label]')].map((one) => `${one.title}\n${one.ariaLabel}`);
  return { wrong, text: [document.body.textContent, ...fields, ...options].join('\n') };
}

const flat = (text) => text.replace(/\s+/g, ' ').trim();

// `paths` are pages over hostile data, of whose `values` each must be read somewhere; `addresses` are hostile themselves, and what the
// service refuses of them is in the browser's log.
export async function hostile({ newContext, base, key, paths, addresses, values }) {
  const context = await newContext();
  await context.addInitScript(() => {
    for (const name of ['alert', 'confirm', 'prompt', 'open', 'print']) globalThis[name] = () => (globalThis.pwned = true);
    addEventListener('securitypolicyviolation', (event) => console.error(`violation: ${event.violatedDirective}`));
  });
  const page = await signIn(context, base, key);
  await page.setViewportSize({ width: 1280, height: 4000 });
  const said = watch(page, base);
  const quiet = follow(page);
  const wrong = [];
  page.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', (opened) => wrong.push(`opened: ${opened.url()}`));
  const unread = new Set(values.map(flat));

  const look = async (path) => {
    await settled(page).catch(() => wrong.push(`${path}: shows nothing`));
    await quiet();
    const found = await page.evaluate(inspect);
    if (!page.url().startsWith(`${base}/console`)) wrong.push(`${path} led to ${page.url()}`);
    for (const each of found.wrong) wrong.push(`${path}: ${each}`);
    const text = flat(found.text);
    for (const value of unread) if (text.includes(value)) unread.delete(value);
    for (const each of said.splice(0)) wrong.push(`${path}: ${each}`);
  };
  for (const path of paths) {
    await goWithin(page, path);
    await look(path);
  }
  const refused = /status of 4(00|04|22)/;
  const before = wrong.length;
  for (const address of addresses) {
    // What is no encoding is refused before it is a page. Queries are read alike either way.
    const within = address.includes('?') || /%(?![0-9a-f]{2})|%ff/i.test(address);
    await (within ? goWithin(page, address) : page.goto(base + address));
    await look(address);
  }
  const kept = wrong.filter((each, at) => at < before || !refused.test(each));
  await context.close();
  return { wrong: kept, unread: [...unread] };
}
