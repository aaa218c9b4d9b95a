// Looks at everything in Chromium as people will: at 1280 and 360 px, light and dark. Keeps a picture of each, and fails on what
// axe-core finds, on errors of the page, on requests to other hosts and on what the content security policy stopped.
//
//   CONSOLE_URL=http://127.0.0.1:8080 LINEBOOK_KEY=lbk_… node browser/look.js [NAME … | NAME=/console/path …]
//
// FOUND may hold, in JSON, the addresses of a person, a line … (browser/views.js).
import { chromium } from 'playwright-core';
import { Looker } from './looker.js';
import { signIn } from './sign_in.js';
import { emptyViews, views } from './views.js';
import { watch } from './watch.js';

const base = process.env.CONSOLE_URL ?? 'http://127.0.0.1:8080';
const known = process.env.EMPTY ? emptyViews : views(JSON.parse(process.env.FOUND ?? '{}'));
const asked = process.argv.slice(2).map((each) => each.split(/=(.*)/s));
const wanted = asked.map(([name, path]) => (path ? { name, path } : known.find((view) => view.name === name)));

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const context = await browser.newContext({ locale: 'en-US', timezoneId: process.env.ZONE ?? 'America/New_York' });
const page = await signIn(context, base);
const wrong = watch(page, base);
const looker = new Looker(page, base, wrong, process.env.PICTURES ?? 'pictures');
let told = 0;
for (const view of asked.length > 0 ? wanted : known) {
  await looker.look(view);
  for (; told < wrong.length; ++told) console.log(wrong[told]);
}
await browser.close();
console.log(`${looker.pictures} pictures, ${wrong.length} faults`);
process.exit(wrong.length > 0 ? 1 : 0);
