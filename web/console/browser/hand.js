// A hand at a page: counts what people have to do. What a flow only waits for costs nothing.
export class Hand {
  clicks = 0;
  keys = 0;

  constructor(page, base, key) {
    this.page = page;
    this.base = base;
    this.key = key;
  }
  nav(name) {
    return this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name });
  }
  async click(target) {
    ++this.clicks;
    await target.click();
  }
  async choose(select, value) {
    ++this.clicks;
    await select.selectOption(value);
  }
  async press(key) {
    ++this.keys;
    await this.page.keyboard.press(key);
  }
  async type(text) {
    this.keys += text.length;
    await this.page.keyboard.type(text);
  }
  async drop(name, text) {
    ++this.clicks;
    await this.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  }
  async sees(where, what) {
    await this.page.locator(where, { hasText: what }).first().waitFor();
  }

  // What goes on elsewhere: a program, a simulated phone.
  async call(method, path, body) {
    const response = await fetch(this.base + path, {
      method,
      body: body && JSON.stringify(body),
      headers: { Authorization: `Bearer ${this.key}`, 'Content-Type': 'application/json' },
    });
    return response.json();
  }
  async hears(number, what) {
    for (let tries = 0; tries < 100; ++tries) {
      const { inbox } = await this.call('GET', `/simulator/phones/${number}`);
      const heard = inbox.map(({ text }) => what.exec(text ?? '')?.[0]).find(Boolean);
      if (heard) return heard;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`nothing like ${what} came to ${number}`);
  }
}
