// One view after the other in one tab: four pictures of each, and what is wrong with it.
import { mkdirSync } from 'node:fs';
import { settled, sideways, violations } from './watch.js';

const wide = { width: 1280, height: 860 };
// Half of `wide`: what is left of it when everything is made twice as large.
const zoomed = { width: 640, height: 430 };
const narrow = { width: 360, height: 760 };
// What the width changes: names and roles stay.
const atAnyWidth = ['color-contrast', 'target-size', 'aria-hidden-focus', 'scrollable-region-focusable'];
// A list that goes on is seen as far as the window shows it.
const tallest = 3000;

export class Looker {
  pictures = 0;

  constructor(page, base, wrong, folder) {
    this.page = page;
    this.base = base;
    this.wrong = wrong;
    this.folder = folder;
    if (folder) mkdirSync(folder, { recursive: true });
  }

  // All of axe-core's rules once, and what a theme or a width changes again; no control may be lost where it is narrow.
  async look({ name, path, open, anew, missed }) {
    const { page } = this;
    await this.as('light', wide);
    await page.goto(this.base + path);
    await settled(page);
    const logged = this.wrong.findIndex((each) => missed && each.endsWith(missed));
    if (logged >= 0) this.wrong.splice(logged, 1);
    try {
      await open?.(page);
    } catch (error) {
      this.wrong.push(`${name}: does not open: ${error.message.split('\n')[0]}`);
      return;
    }
    this.note(name, await violations(page));
    this.note(name, await moving(page));
    await this.picture(`${name}-1280-light`, open);
    await this.as('dark', wide);
    this.note(`${name}, dark`, await violations(page, ['color-contrast']));
    await this.picture(`${name}-1280-dark`, open);
    await this.as('dark', zoomed);
    await this.fits(`${name} at 200 %`);
    await this.as('dark', narrow);
    await anew?.(page);
    await this.fits(`${name} at 360 px`);
    this.note(`${name} at 360 px`, await violations(page, atAnyWidth));
    await this.picture(`${name}-360-dark`, open);
    await this.as('light', narrow);
    await this.picture(`${name}-360-light`, open);
  }
  async as(colorScheme, size) {
    await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await this.page.setViewportSize(size);
  }
  note(name, found) {
    for (const each of found) this.wrong.push(`${name}: ${each}`);
  }
  async fits(name) {
    const across = await sideways(this.page);
    if (across > 0) this.wrong.push(`${name}: scrolls sideways by ${across} px`);
    this.note(name, await lost(this.page));
  }
  async picture(name, open) {
    if (!this.folder) return;
    const tall = await this.page.evaluate(() => document.documentElement.scrollHeight);
    await this.page.screenshot({ path: `${this.folder}/${name}.png`, fullPage: !open && tall <= tallest });
    ++this.pictures;
  }
}

// Whoever asked for less motion gets none.
const moving = (page) =>
  page.evaluate(() => document.getAnimations().map((one) => `moves: ${one.animationName ?? one.transitionProperty}`));

// Controls that are shown, but cut off where nothing scrolls to them.
const lost = (page) =>
  page.evaluate(() => {
    const root = document.querySelector('dialog[open]') ?? document.body;
    const cut = [];
    for (const control of root.querySelectorAll('a[href], button, input, select, textarea')) {
      const box = control.getBoundingClientRect();
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || box.width < 2) continue;
      if (control.closest('.skip')) continue;
      const scrolls = (element) =>
        element &&
        element !== root &&
        (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
      if ((box.right > innerWidth + 1 || box.left < -1) && !scrolls(control.parentElement))
        cut.push(`lost: ${(control.getAttribute('aria-label') ?? control.textContent).slice(0, 40)}`);
    }
    return cut;
  });
