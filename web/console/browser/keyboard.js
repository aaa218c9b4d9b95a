// A day's work without a mouse: what is pressed is all that happens, and the focus must be seen and be where one expects it.
import assert from 'node:assert/strict';
import { settled } from './watch.js';

const stepsAtMost = 60;
// What is drawn anew takes the focus a moment later.
const looksAtMost = 300;
const lookMs = 50;

export class Keyboard {
  constructor(page) {
    this.page = page;
  }
  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }
  async type(text) {
    await this.page.keyboard.type(text);
  }
  // What the focus is on: its name, and whether it can be seen.
  focused() {
    return this.page.evaluate(() => {
      const on = document.activeElement;
      const drawn = (element) => element && getComputedStyle(element);
      // A switch draws its ring on the sign beside the box, and the palette is its field.
      const ring = [drawn(on), drawn(on.nextElementSibling)].some((style) => style && style.outlineStyle !== 'none');
      const labels = [...(on.labels ?? [])].map((label) => label.textContent);
      return {
        tag: on.tagName.toLowerCase(),
        name: on.matches('main, body')
          ? ''
          : (on.getAttribute('aria-label') ?? (labels.join(' ') || on.textContent.trim().slice(0, 80))),
        seen: ring || on.id === 'main' || on.closest('.palette') !== null,
        inDialog: on.closest('dialog[open]') !== null,
        inMain: on.closest('main') !== null,
      };
    });
  }
  async isOn(name, how = 'the focus') {
    let on = await this.focused();
    for (let look = 0; look < looksAtMost && !name.test(on.name); ++look) {
      await this.page.waitForTimeout(lookMs);
      on = await this.focused();
    }
    assert.match(on.name, name, `${how} is on ${JSON.stringify(on)}`);
    assert.ok(on.seen, `the focus on “${on.name}” can be seen`);
    return on;
  }
  // By Tab to the control of that name; every stop on the way can be seen.
  async to(name, key = 'Tab') {
    for (let step = 0; step < stepsAtMost; ++step) {
      const on = await this.focused();
      if (name.test(on.name)) return this.isOn(name);
      if (on.tag !== 'body') assert.ok(on.seen, `the focus on “${on.name}” can be seen`);
      await this.press(key);
    }
    throw new Error(`${stepsAtMost} steps did not lead to ${name}: the focus is on ${JSON.stringify(await this.focused())}`);
  }
  async arrives(heading) {
    await this.page.locator('main h1', { hasText: heading }).waitFor();
    await settled(this.page);
    assert.ok((await this.focused()).inMain, 'the focus of a new page is in it');
  }
  async opens(dialog) {
    await this.page.getByRole('dialog', { name: dialog }).waitFor();
    await this.page.locator('dialog[open] :focus').waitFor();
  }
  async closes() {
    await this.page.locator('dialog[open]').waitFor({ state: 'detached' });
  }
}

// Each part begins where the one before it ended.
export async function workByKeyboard(page, { base, key, name, digits, number, question, answer, list }) {
  const hand = new Keyboard(page);
  await signsIn(hand, base, key);
  await skips(hand);
  await findsSomebody(hand, name, digits);
  await switchesDoNotCall(hand, number);
  await opensAndCloses(hand, number);
  await answersText(hand, name, question, answer);
  await runsOneOfList(hand, list);
  await makesKey(hand);
  await signsOut(hand);
}

async function signsIn(hand, base, key) {
  await hand.page.goto(`${base}/console/sign-in`);
  await hand.to(/API key/);
  await hand.type(key);
  await hand.press('Enter');
  await hand.page.locator('main h1').waitFor();
  await settled(hand.page);
}

async function skips(hand) {
  await hand.page.reload();
  await settled(hand.page);
  await hand.press('Tab');
  await hand.isOn(/^Skip to the page$/, 'the first stop');
  await hand.press('Enter');
  assert.equal((await hand.focused()).tag, 'main');
}

async function findsSomebody(hand, name, digits) {
  await hand.press('Control+k');
  await hand.opens('Find anything');
  await hand.press('Escape');
  await hand.closes();
  assert.equal((await hand.focused()).tag, 'main', 'the palette gives the focus back');
  await hand.press('Control+k');
  await hand.opens('Find anything');
  await hand.type(digits);
  await hand.page.getByRole('option', { name }).waitFor();
  await hand.press('Enter');
  await hand.arrives(name);
}

async function switchesDoNotCall(hand, number) {
  await hand.to(new RegExp(`^Do not call ${number.replace(/[()]/g, '\\$&')}`));
  const box = hand.page.getByRole('switch', { name: `Do not call ${number}` });
  for (const checked of [true, false]) {
    const saved = hand.page.waitForResponse((response) => response.request().method() === 'PATCH');
    await hand.press('Space');
    assert.equal((await saved).status(), 200);
    assert.equal(await box.isChecked(), checked);
    await hand.isOn(/^Do not call/, 'after the switch the focus');
  }
}

async function opensAndCloses(hand, number) {
  const menu = `More about ${number}`;
  await hand.to(new RegExp(`^More about`));
  await hand.press('Enter');
  await hand.isOn(/^Change the number/, 'in the menu the focus');
  await hand.press('Escape');
  assert.equal((await hand.focused()).name, menu);
  await hand.press('Enter', 'Enter');
  await hand.opens('Change the number');
  assert.ok((await hand.focused()).inDialog);
  await hand.to(/^Cancel$/);
  await hand.press('Enter');
  await hand.closes();
  assert.equal((await hand.focused()).name, menu, 'a dialog gives the focus back to what opened it');
}

async function answersText(hand, name, question, answer) {
  await hand.press('g', 'm');
  await hand.arrives('Messages');
  await hand.to(new RegExp(name));
  await hand.press('Enter');
  await hand.page.locator('.bubble', { hasText: question }).waitFor();
  await hand.to(/^Your text$/);
  await hand.type(answer);
  await hand.press('Enter');
  await hand.page.locator('.bubble', { hasText: answer }).waitFor();
}

async function runsOneOfList(hand, list) {
  await hand.to(/^Messages$/, 'Shift+Tab');
  await hand.press('Escape', 'g', 'd');
  await hand.arrives('Dial lists');
  await hand.to(new RegExp(list));
  await hand.press('Enter');
  await hand.arrives(list);
  await hand.to(/^Dial$/);
  await hand.press('Enter');
  await hand.arrives('Dialing');
  const who = hand.page.locator('.who .name');
  const before = await who.textContent();
  await hand.press('2');
  await hand.page.waitForFunction((was) => document.querySelector('.who .name')?.textContent !== was, before);
  await hand.page
    .getByRole('status')
    .filter({ hasText: `${before}: no answer.` })
    .waitFor();
}

async function makesKey(hand) {
  await hand.press('g', 'o');
  await hand.arrives('Operate');
  await hand.to(/^Keys$/);
  await hand.press('Enter');
  await hand.to(/^New key$/);
  await hand.press('Enter');
  await hand.opens('New key');
  await hand.isOn(/^What it is for/, 'in the dialog the focus');
  await hand.type('By keyboard');
  await hand.press('Enter');
  await hand.page.getByText(/^lbk_/).waitFor();
  await hand.to(/^I have it$/);
  await hand.press('Enter');
  await hand.closes();
  await hand.isOn(/^New key$/, 'after the dialogs the focus');
}

async function signsOut(hand) {
  await hand.to(/^Theme and session$/, 'Shift+Tab');
  await hand.press('Enter', 'ArrowUp', 'ArrowUp');
  await hand.isOn(/^Sign out$/);
  await hand.press('Enter');
  await hand.page.getByLabel('API key').waitFor();
}
