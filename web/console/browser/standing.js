// A page that stands open from one line to the next, while whoever asks changes things elsewhere, or takes the server away.
//
//   {"do":"stand","base":URL,"key":…,"path":"/console/"}      signs in where another key stood, and goes there
//   {"do":"sees","where":"main","what":"Flora"}               waits for it; "gone":true for its absence
//   {"do":"scroll","list":"Numbers","to":1}                   0 to the top, 1 to the end of a list; tells what is seen there
//   {"do":"freeze"}  {"do":"wake","after":MS}                 as a machine that sleeps for so long
//   {"do":"refuse","path":"/events?after=","status":410}      answers the next such request so
//   {"do":"watched"}                                          since asked last: what was wrong, and seconds of processor that the page's
//                                                             main thread took; and how many elements it holds
import { signIn } from './sign_in.js';
import { watch } from './watch.js';

const patienceMs = 45_000;

export function standing(newContext, settled) {
  let context;
  let page;
  let key;
  let tools;
  let took = 0;
  let wrong = [];

  async function stand(asked) {
    if (key !== asked.key || context === undefined) {
      await context?.close();
      context = await newContext();
      key = asked.key;
      context.setDefaultTimeout(patienceMs);
      await context.clock.install();
      page = await signIn(context, asked.base, key);
      tools = await context.newCDPSession(page);
      // Not the clock's time: other work of the machine is no fault of the page.
      await tools.send('Performance.enable', { timeDomain: 'threadTicks' });
      took = 0;
      wrong = watch(page, asked.base);
    }
    // As a link is followed: without a load.
    await page.evaluate((path) => {
      history.pushState({}, '', path);
      dispatchEvent(new PopStateEvent('popstate'));
    }, asked.path);
    await settled(page);
    return {};
  }
  async function sees({ where, what, gone = false }) {
    const found = page.locator(where, { hasText: what });
    try {
      await (gone ? found.first().waitFor({ state: 'detached' }) : found.first().waitFor());
    } catch (error) {
      return { error: `${error.message}\nat ${page.url()}, which shows:\n${await page.locator('body').innerText()}` };
    }
    return {};
  }
  async function scroll({ list, to }) {
    const box = page.getByRole('list', { name: list, exact: true });
    await box.evaluate((element, part) => (element.scrollTop = part * element.scrollHeight), to);
    const place = to === 0 ? 0 : -1;
    const row = box.locator('[data-at]').nth(place);
    await page.waitForFunction(
      ([element, end]) => {
        const rows = [...element.querySelectorAll('[data-at]')];
        const row = rows.at(end);
        const at = Number(row?.getAttribute('aria-posinset'));
        return row && !row.querySelector('.bone') && at === (end === 0 ? 1 : Number(row.getAttribute('aria-setsize')));
      },
      [await box.elementHandle(), place],
    );
    return {
      text: await row.innerText(),
      at: Number(await row.getAttribute('aria-posinset')),
      rows: await box.locator('[data-at]').count(),
    };
  }
  const lifecycle = async (state) => {
    await tools.send('Page.setWebLifecycleState', { state });
    return {};
  };
  async function wake({ after }) {
    await lifecycle('active');
    await context.clock.fastForward(after);
    return {};
  }
  async function refuse({ path, status }) {
    await context.route(
      (url) => (url.pathname + url.search).startsWith(path),
      (route) =>
        route.fulfill({
          status,
          contentType: 'application/json',
          body: '{"error":{"code":"expired","message":"","details":[],"request_id":""}}',
        }),
      { times: 1 },
    );
    return {};
  }
  async function watched() {
    const { metrics } = await tools.send('Performance.getMetrics');
    const before = took;
    took = metrics.find(({ name }) => name === 'TaskDuration').value;
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    return { busy: took - before, elements, wrong: wrong.splice(0) };
  }
  async function away() {
    await context?.close();
    context = undefined;
    return {};
  }
  return { stand, sees, scroll, freeze: () => lifecycle('frozen'), wake, refuse, watched, away };
}
