// What tabs and browsers see of a session that others end or replace. Times are from the deed to what is seen of it.
import assert from 'node:assert/strict';
import { signIn } from './sign_in.js';
import { settled, watch } from './watch.js';

const account = (page) => page.locator('.me strong');
const tokenField = (page) => page.getByLabel('API key');
const menu = async (page, item) => {
  await page.getByRole('button', { name: 'Theme and session' }).click();
  await page.getByRole('button', { name: item, exact: true }).click();
};
async function taking(deed, seen) {
  const begun = performance.now();
  await deed();
  await seen();
  return performance.now() - begun;
}
// What a refused token leaves in a browser's log.
const besides = (wrong, ...paths) => wrong.filter((each) => !paths.some((path) => each.replace(/\?\S*$/, '').endsWith(path)));

async function opened(context, base, path, wrong) {
  const page = await context.newPage();
  wrong.push(watch(page, base));
  await page.goto(base + path);
  return page;
}

export const sessions = {
  // Of `mine` and signed in with `key`; `link` is of `theirs`, of whom nothing may be seen before it is used.
  async link_while_signed_in({ newContext, base, key, link, mine, theirs, secret }) {
    const context = await newContext();
    const wrong = [];
    await (await signIn(context, base, key)).close();
    const before = await opened(context, base, '/console/contacts', wrong);
    await before.getByText(secret).waitFor();
    const path = link.slice(base.length);

    const asked = await opened(context, base, path, wrong);
    await asked.getByRole('heading', { name: 'You are signed in already' }).waitFor();
    await asked.getByText(theirs, { exact: true }).waitFor();
    await asked.getByText(mine, { exact: true }).waitFor();
    assert.equal(new URL(asked.url()).hash, '', 'the token leaves the address');
    await asked.getByRole('button', { name: 'Stay as you are' }).click();
    await settled(asked);
    assert.equal(await account(asked).textContent(), mine);

    const again = await opened(context, base, path, wrong);
    const replaced = await taking(
      () => again.getByRole('button', { name: 'Use the link' }).click(),
      () => before.locator('.me strong', { hasText: theirs }).waitFor(),
    );
    await settled(again);
    assert.equal(await account(again).textContent(), theirs);
    await settled(before);
    assert.ok(!(await before.locator('body').innerText()).includes(secret), 'nothing of the account before is left');

    const used = await opened(context, base, path, wrong);
    await used.getByText('That link does not sign in any more').waitFor();
    assert.equal(await used.getByRole('button', { name: 'Use the link' }).count(), 0);
    await used.getByRole('button', { name: 'Go on as you are' }).click();
    await settled(used);
    await context.close();
    return { wrong: besides(wrong.flat(), '/session/link/look'), ms: { replaced } };
  },

  async link_that_does_not_do({ newContext, base, used }) {
    const context = await newContext();
    const wrong = [];
    const page = await opened(context, base, used.slice(base.length), wrong);
    await page.getByText('That link does not sign in any more').waitFor();
    await page.getByText('linebook console-link').waitFor();
    await tokenField(page).waitFor();
    const broken = await opened(context, base, '/console/sign-in#token=lbl_%3Cimg%20src=x%3E', wrong);
    await broken.getByText('That link is not whole').waitFor();
    assert.equal(new URL(broken.url()).hash, '');
    await context.close();
    return { wrong: besides(wrong.flat(), '/session/link') };
  },

  // `revoke` is the path of its key, `admin` another key that may. Whoever has no stream asks every ten seconds, not awaited here.
  async over_with_its_key({ newContext, base, key, admin, revoke, secret }) {
    const context = await newContext();
    const wrong = [];
    await (await signIn(context, base, key)).close();
    const page = await opened(context, base, '/console/contacts?q=555', wrong);
    await page.getByText(secret).first().waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    const noticed = await taking(
      () => fetch(base + revoke, { method: 'DELETE', headers: { Authorization: `Bearer ${admin}` } }),
      () => page.getByText('Your session is over').waitFor(),
    );
    assert.equal(new URL(page.url()).search, '?q=555', 'who signs in again goes on here');
    assert.ok(!(await page.locator('body').innerText()).includes(secret));
    await tokenField(page).fill(admin);
    await page.keyboard.press('Enter');
    await page.getByText(secret).first().waitFor();
    await context.close();
    // Whatever it was about to read was refused, too.
    const refused = (each) => each.includes('status of 401');
    return { wrong: besides(wrong.flat(), '/session', '/events').filter((each) => !refused(each)), ms: { noticed } };
  },

  async signing_out({ newContext, base, key, secret }) {
    const wrong = [];
    const here = await newContext();
    const elsewhere = await newContext();
    for (const context of [here, elsewhere]) await (await signIn(context, base, key)).close();
    const pages = [];
    for (const context of [here, here, elsewhere]) {
      const page = await opened(context, base, '/console/contacts', wrong);
      await page.getByText(secret).first().waitFor();
      await page.getByText('live', { exact: true }).waitFor();
      pages.push(page);
    }
    const [one, other, far] = pages;
    const everywhere = await taking(
      () => menu(one, 'Sign out everywhere'),
      () => Promise.all([one, other, far].map((page) => tokenField(page).waitFor())),
    );
    for (const page of pages) {
      assert.ok(!(await page.locator('body').innerText()).includes(secret));
      await page.reload();
      await tokenField(page).waitFor();
    }
    await far.getByText('Sign in to Linebook').waitFor();

    await tokenField(one).fill(key);
    await one.keyboard.press('Enter');
    await one.getByText(secret).first().waitFor();
    await one.goto(`${base}/console/`);
    await settled(one);
    const out = await taking(
      () => menu(one, 'Sign out'),
      () => tokenField(one).waitFor(),
    );
    assert.equal((await one.context().cookies()).length, 0, 'no cookie is left');
    assert.equal(await one.getByText('Your session is over').count(), 0, 'who signs out knows it');
    await one.goBack();
    await tokenField(one).waitFor();
    for (const context of [here, elsewhere]) await context.close();
    return { wrong: besides(wrong.flat(), '/session', '/events'), ms: { everywhere, out } };
  },
};
