// What a key is shown on each page: words, and everything in it that something can be done with.
import { goWithin, settled, watch } from './watch.js';
import { signIn } from './sign_in.js';

// In the page: by name, whatever can be pressed, chosen or written in. What is greyed does nothing; menus are looked into.
function controls() {
  const name = (one) => one.getAttribute('aria-label') ?? (one.labels?.[0]?.innerText || one.innerText) ?? one.tagName;
  const all = [...document.querySelectorAll('main :is(button, input, select, textarea, a.button, .menu a, [contenteditable])')];
  return all.filter((one) => !one.disabled && one.checkVisibility()).map((one) => name(one).replace(/\s+/g, ' ').trim());
}

export async function scopes({ newContext, base, key, paths }) {
  const context = await newContext();
  const page = await signIn(context, base, key);
  const wrong = watch(page, base);
  const seen = {};
  for (const path of paths) {
    await goWithin(page, path);
    await settled(page);
    for (const menu of await page.locator('main [aria-haspopup]').all()) await menu.click();
    seen[path] = {
      controls: await page.evaluate(controls),
      text: await page.locator('main').innerText(),
      wrong: wrong.splice(0),
    };
  }
  const pages = await page.getByRole('navigation', { name: 'Pages' }).locator('.group a').allInnerTexts();
  await context.close();
  return { seen, pages };
}
