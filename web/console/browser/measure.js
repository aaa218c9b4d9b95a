// What script/bench console measures in Chromium, one scenario a process; tells figures in milliseconds as one line of JSON.
//
//   {"do":"pages","base":URL,"key":…,"loads":5}                     first paint and page changes
//   {"do":"search","base":…,"key":…,"typed":["585",…]}              from a key to the results of what is typed
//   {"do":"scroll","base":…,"key":…,"path":…,"list":"Changes","seconds":5}
//   {"do":"burst","base":…,"key":…,"path":…,"seconds":10}           tells "ready" on a line of its own when it may begin
import { chromium } from 'playwright-core';
import { signIn } from './sign_in.js';

const asked = JSON.parse(process.argv[2]);
const { base, key } = asked;
const paths = [
  '/',
  '/contacts',
  '/lines',
  '/agents',
  '/calls',
  '/messages',
  '/dial-lists',
  '/compliance',
  '/import',
  '/quality',
  '/audit',
  '/operate',
];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
const newContext = async (more = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-US', ...more });
  context.setDefaultTimeout(60_000);
  return context;
};
const settled = async (page) => {
  await page.locator('main h1').first().waitFor();
  await page.locator('main .bone').first().waitFor({ state: 'detached' });
};
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { p50: at(sorted, 0.5), p99: at(sorted, 0.99), worst: sorted.at(-1) ?? 0 };
}

// How long the main thread was busy at a time, how long frames took, and how soon a key that is pressed is drawn.
const observe = () => {
  const seen = { tasks: [], frames: [], inputs: [] };
  globalThis.seen = seen;
  new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
  });
  new PerformanceObserver((list) => seen.inputs.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'event',
    durationThreshold: 16,
  });
  let last = performance.now();
  const frame = (now) => {
    seen.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
};
async function seenBy(page) {
  const { tasks, frames, inputs } = await page.evaluate(() => globalThis.seen);
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  // Tasks below 50 ms are told by nobody: none is 0.
  return { task: spread(tasks), frame: spread(frames), input: spread(inputs), nodes, heap: usedSize };
}

async function pages() {
  const signedIn = await newContext();
  await signIn(signedIn, base, key);
  const storageState = await signedIn.storageState();
  await signedIn.close();
  const paints = [];
  for (let load = 0; load < asked.loads; ++load) {
    const context = await newContext({ storageState });
    const page = await context.newPage();
    await page.goto(`${base}/console/`);
    await settled(page);
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
    await context.close();
  }
  const context = await newContext({ storageState });
  const page = await context.newPage();
  await page.goto(`${base}/console/`);
  await settled(page);
  // From the click to all that the page has read; the first round loads its code, too.
  const change = async (path) => {
    const began = await page.evaluate((href) => {
      document.querySelector(`.nav a[href="/console${href}"]`).click();
      return performance.now();
    }, path);
    await page.waitForFunction(
      (href) =>
        location.pathname === `/console${href}` && document.querySelector('main h1') && !document.querySelector('main .bone'),
      path,
    );
    return (await page.evaluate(() => performance.now())) - began;
  };
  const first = [];
  const again = [];
  for (const round of [first, again, again]) for (const path of [...paths.slice(1), '/']) round.push(await change(path));
  return { paint: spread(paints), first: spread(first), again: spread(again) };
}

async function search() {
  const page = await signIn(await newContext(), base, key);
  await page.goto(`${base}/console/contacts`);
  await settled(page);
  const took = [];
  for (const text of asked.typed) {
    for (let length = 1; length <= text.length; ++length) {
      took.push(
        await page.evaluate(
          async (typed) => {
            const input = document.querySelector('input[data-search]');
            const list = document.querySelector('.contacts');
            const began = performance.now();
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, typed);
            input.dispatchEvent(new InputEvent('input', { bubbles: true }));
            // The results of exactly this: what is marked in the first row, or that there is none.
            const there = () => {
              const row = list.querySelector('[data-at="0"] .number, [data-at="0"] .who');
              const marked = [...(row?.querySelectorAll('mark') ?? [])].map((each) => each.textContent).join('');
              return marked.replace(/\D/g, '') === typed || list.querySelector('.empty') !== null;
            };
            while (!there() && performance.now() - began < 5_000) await new Promise(requestAnimationFrame);
            return performance.now() - began;
          },
          text.slice(0, length),
        ),
      );
    }
  }
  return { search: spread(took) };
}

async function scroll() {
  const page = await signIn(await newContext(), base, key);
  await page.goto(`${base}/console${asked.path}`);
  await settled(page);
  await page.evaluate(observe);
  const box = page.getByRole('list', { name: asked.list, exact: true });
  // Dragged from one end to the other and back, a step a frame; then the wheel.
  await box.evaluate(async (element, seconds) => {
    const began = performance.now();
    for (let part = 0; part < 1;) {
      part = Math.min((performance.now() - began) / (seconds * 1000), 1);
      element.scrollTop = (1 - Math.abs(1 - 2 * part)) * (element.scrollHeight - element.clientHeight);
      await new Promise(requestAnimationFrame);
    }
  }, asked.seconds);
  await box.hover();
  for (let turn = 0; turn < asked.seconds * 20; ++turn) {
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(50);
  }
  const began = Date.now();
  await box.evaluate((element) => (element.scrollTop = element.scrollHeight));
  await page.waitForFunction(
    (name) => {
      const row = [...document.querySelectorAll(`[aria-label="${name}"] [data-at]`)].at(-1);
      return row && row.getAttribute('aria-posinset') === row.getAttribute('aria-setsize') && !row.querySelector('.bone');
    },
    asked.list,
    { polling: 'raf' },
  );
  const toTheEnd = Date.now() - began;
  const rows = await box.locator('[data-at]').count();
  return { ...(await seenBy(page)), toTheEnd, rows };
}

async function burst() {
  const page = await signIn(await newContext(), base, key);
  await page.goto(`${base}/console${asked.path}`);
  await settled(page);
  await page.evaluate(observe);
  console.log('ready');
  // Somebody presses a key now and then, which opens nothing.
  const until = Date.now() + asked.seconds * 1000;
  while (Date.now() < until) {
    await page.keyboard.press('Shift');
    await page.waitForTimeout(200);
  }
  await page.waitForTimeout(2_000);
  return seenBy(page);
}

const told = await { pages, search, scroll, burst }[asked.do]();
console.log(JSON.stringify(told));
await browser.close();
