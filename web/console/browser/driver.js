// One browser for many tests: each line of standard input is what to do, in JSON, and is answered by one line.
//
//   {"do":"flow","name":"verifying","base":URL,"key":…,"stranger":…,"given":{…},"secrets":["Flora"]}
//   {"do":"look","base":URL,"key":…,"found":{"person":"/console/…"},"folder":"pictures","part":0,"parts":4}
//   {"do":"keyboard","base":URL,"key":…,"name":"Flora Keys",…}
//   {"do":"session","name":"signing_out","base":URL,"key":…}
//   {"do":"hostile","base":URL,"key":…,…}
//
// What standing.js does besides is written there.
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { flows } from './flows.js';
import { Hand } from './hand.js';
import { hostile } from './hostile.js';
import { workByKeyboard } from './keyboard.js';
import { Looker } from './looker.js';
import { scopes } from './scopes.js';
import { sessions } from './sessions.js';
import { signIn } from './sign_in.js';
import { standing } from './standing.js';
import { emptyViews, views } from './views.js';
import { settled, watch } from './watch.js';

// Of one step; whoever tests a slow build gives more.
const patienceMs = Number(process.env.PATIENCE_MS ?? 15_000);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});

async function newContext(theme = 'light') {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    colorScheme: theme,
    locale: 'en-US',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(patienceMs);
  return context;
}

// Somebody of another account at the same address, and in every list: nothing of it may be there.
async function seenBy({ base, stranger, secrets }, addresses) {
  const context = await newContext();
  const page = await signIn(context, base, stranger);
  const found = [];
  for (const address of new Set(addresses)) {
    await page.goto(base + address);
    await settled(page);
    const text = await page.locator('body').innerText();
    for (const secret of secrets) if (text.includes(secret)) found.push(`${secret} at ${address}`);
  }
  await context.close();
  return found;
}

async function flow(asked) {
  const { base, key, link, name, given } = asked;
  const context = await newContext();
  const page = link ? await context.newPage() : await signIn(context, base, key);
  const wrong = watch(page, base);
  const began = Date.now();
  await page.goto(link ?? `${base}/console/`);
  await settled(page);
  const hand = new Hand(page, base, key);
  let result;
  try {
    result = await flows[name](hand, given);
  } catch (error) {
    const shown = await page.locator('body').innerText();
    return { error: `${error.stack}\nat ${page.url()}, which shows:\n${shown.slice(0, 3000)}`, wrong };
  } finally {
    hand.ms = Date.now() - began;
    hand.address = new URL(page.url()).pathname;
    await context.close();
  }
  const seen = await seenBy(asked, [hand.address, ...(asked.lists ?? [])]);
  return { clicks: hand.clicks, keys: hand.keys, ms: hand.ms, wrong, seen, result };
}

// Every page, dialog, menu and pane of an account, a part of them at a time; without `found`, of an account that has nothing.
async function look({ base, key, found, folder, part = 0, parts = 1 }) {
  const context = await newContext();
  const page = await context.newPage();
  const wrong = watch(page, base);
  const looker = new Looker(page, base, wrong, folder);
  if (!found) await looker.look({ name: 'sign-in', path: '/console/sign-in' });
  await (await signIn(context, base, key)).close();
  const seen = (found ? views(found) : emptyViews).filter((_, at) => at % parts === part);
  for (const view of seen) await looker.look(view);
  await context.close();
  return { wrong, views: seen.length + (found ? 0 : 1), pictures: looker.pictures };
}

// Everything by keyboard, from signing in to signing out.
async function keyboard(asked) {
  const context = await newContext();
  const page = await context.newPage();
  const wrong = watch(page, asked.base);
  try {
    await workByKeyboard(page, asked);
  } catch (error) {
    const shown = await page.locator('body').innerText();
    return { error: `${error.stack}\nat ${page.url()}, which shows:\n${shown.slice(0, 3000)}`, wrong };
  } finally {
    await context.close();
  }
  // Whoever has signed out is told so once more where the page still asks.
  return { wrong: wrong.filter((each) => !/\(Unauthorized\) \S+\/session$/.test(each)) };
}

const does = {
  flow,
  look,
  keyboard,
  session: (asked) => sessions[asked.name]({ ...asked, newContext }),
  hostile: (asked) => hostile({ ...asked, newContext }),
  scopes: (asked) => scopes({ ...asked, newContext }),
  ...standing(newContext, settled),
};
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const answer = await does[asked.do](asked).catch((error) => ({ error: String(error.stack) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
