// What people come for, done as they do it: each begins at Home, signed in, and ends with its result on the screen. `hand` counts
// clicks and keys. What is told at the end must be nowhere for another account.
import assert from 'node:assert/strict';

const numberAs = (ten) => `(${ten.slice(0, 3)}) ${ten.slice(3, 6)}-${ten.slice(6)}`;

export const flows = {
  // Signed in already: by the link itself.
  async signing_in(hand) {
    await hand.sees('h1', /day|morning|evening/i);
    assert.equal(new URL(hand.page.url()).hash, '', 'the token leaves the address');
  },

  async whose_number(hand, { digits, name }) {
    await hand.press('/');
    await hand.type(digits);
    await hand.page.getByRole('option', { name }).waitFor();
    await hand.press('Enter');
    await hand.sees('h1', name);
  },

  async may_i_call(hand, { digits, name }) {
    await hand.press('/');
    await hand.type(digits);
    await hand.page.getByRole('option', { name }).waitFor();
    await hand.press('Enter');
    await hand.sees('.verdict', /.+/);
    await hand.page.locator('.verdict:not(.ok)').waitFor();
    await hand.page.locator('.why .no, .why .wait').first().waitFor();
  },

  async verifying(hand, { digits, name, phone }) {
    await hand.press('/');
    await hand.type(digits);
    await hand.page.getByRole('option', { name }).waitFor();
    await hand.press('Enter');
    await hand.click(hand.page.locator('.phone').first().getByRole('button', { name: 'Verify' }));
    await hand.click(hand.page.getByRole('button', { name: 'Send the code' }));
    const field = hand.page.getByLabel(/The code that went to/);
    await field.waitFor();
    const code = await hand.hears(phone, /\b[0-9]{6}\b/);
    await field.fill(code === '000000' ? '111111' : '000000');
    await hand.page.getByText('That is not the code.').waitFor();
    await field.fill(code);
    await hand.page.locator('.phone').first().getByText('verified').waitFor();
  },

  async importing(hand, { faulty, mended }) {
    await hand.click(hand.nav('Import'));
    await hand.drop('reception.csv', faulty);
    await hand.page.getByText('Not all columns are understood').waitFor();
    await hand.choose(hand.page.getByLabel('What “Rufnummer” is'), 'number');
    await hand.click(hand.page.getByRole('button', { name: 'Read it again' }));
    await hand.page.getByText('What would happen').waitFor();
    await hand.page
      .getByRole('cell', { name: /has only 2 digits/ })
      .first()
      .waitFor();
    await hand.click(hand.page.getByRole('button', { name: 'Import it' }));
    await hand.sees('.counts', /1 added/);
    await hand.click(hand.page.getByRole('link', { name: 'Another file' }));
    await hand.drop('mended.csv', mended);
    await hand.click(hand.page.getByRole('button', { name: 'Import it' }));
    await hand.sees('.counts', /1 added/);
    await hand.sees('.counts', /1 were there already/);
  },

  async answering(hand, { name, question, answer }) {
    await hand.click(hand.nav('Messages'));
    await hand.click(hand.page.getByRole('navigation', { name: 'Conversations' }).getByText(name));
    await hand.page.locator('.bubble', { hasText: question }).waitFor();
    await hand.click(hand.page.getByLabel('Your text'));
    await hand.type(answer);
    await hand.press('Enter');
    await hand.page.locator('.bubble', { hasText: answer }).waitFor();
  },

  async dialing(hand, { list, names }) {
    await hand.click(hand.nav('Dial lists'));
    await hand.click(hand.page.getByRole('button', { name: 'New list' }).first());
    await hand.page.locator('dialog[open] :focus').waitFor();
    await hand.type(list);
    await hand.click(hand.page.getByRole('button', { name: 'Make the list' }));
    await hand.click(hand.page.getByRole('link', { name: 'Dial', exact: true }));
    for (const outcome of ['1', '2']) {
      const who = hand.page.locator('.who .name');
      await who.waitFor();
      const name = await who.textContent();
      assert.ok(names.includes(name), `${name} is on the list`);
      await hand.press(outcome);
      await hand.page.waitForFunction((before) => document.querySelector('.who .name')?.textContent !== before, name);
    }
    await hand.page.getByText('Nobody to call now').waitFor();
    await hand.click(hand.page.getByRole('link', { name: 'To the list' }));
    await hand.sees('main', names[0]);
  },

  async who_changed_it(hand, { digits, name, number, by }) {
    await hand.press('/');
    await hand.type(digits);
    await hand.page.getByRole('option', { name }).waitFor();
    await hand.press('Enter');
    await hand.click(hand.page.getByRole('group', { name: 'What is shown' }).getByRole('button', { name: 'Changes' }));
    const change = hand.page
      .locator('.timeline li', { hasText: numberAs(number) })
      .filter({ hasText: by })
      .first();
    await change.waitFor();
    assert.match(await change.textContent(), /[0-9]{2}:[0-9]{2}/);
  },

  async another_agent(hand, { line, agent }) {
    await hand.click(hand.nav('Lines'));
    await hand.click(hand.page.getByRole('link', { name: line }));
    await hand.choose(hand.page.getByLabel('Who answers'), agent);
    await hand.page.locator('.rows a', { hasText: line }).filter({ hasText: agent }).waitFor();
  },

  async webhook(hand, { url, trigger }) {
    await hand.click(hand.nav('Operate'));
    await hand.click(hand.page.getByRole('button', { name: 'New webhook' }).first());
    await hand.page.getByLabel('Where to').fill(url);
    await hand.click(hand.page.getByRole('button', { name: 'Make the webhook' }));
    await hand.page.getByText(/^whsec_/).waitFor();
    await hand.click(hand.page.getByRole('button', { name: 'I have it' }));
    await hand.call('POST', '/api/v2/patients', trigger);
    const delivered = hand.page.locator('.deliveries li', { hasText: 'delivered' });
    await delivered.first().waitFor();
    const again = hand.page.waitForResponse((answer) => answer.url().endsWith('/redeliver'));
    await hand.click(delivered.first().getByRole('button', { name: 'Again' }));
    const { event_id, state } = await (await again).json();
    assert.equal(state, 'pending');
    await hand.page.waitForResponse(async (answer) => {
      if (!answer.url().includes('/deliveries?')) return false;
      return (await answer.json()).deliveries.some((one) => one.event_id === event_id && one.state === 'delivered');
    });
    await delivered.first().waitFor();
    await hand.click(hand.page.getByRole('button', { name: 'More about the webhook' }));
    await hand.click(hand.page.getByRole('button', { name: 'Deliver again from an event on' }));
    await hand.click(hand.page.getByRole('button', { name: 'Deliver again', exact: true }));
    await hand.page.getByText('Delivered again from #1 on.').waitFor();
    return event_id;
  },

  async making_a_key(hand, { name }) {
    await hand.click(hand.nav('Operate'));
    await hand.click(hand.page.getByRole('button', { name: 'Keys' }));
    await hand.click(hand.page.getByRole('button', { name: 'New key' }));
    await hand.page.locator('dialog[open] :focus').waitFor();
    await hand.type(name);
    await hand.press('Enter');
    const token = hand.page.getByText(/^lbk_/);
    await token.waitFor();
    const works = await fetch(`${hand.base}/api/v2/phone-numbers`, {
      headers: { Authorization: `Bearer ${await token.textContent()}` },
    });
    assert.equal(works.status, 200);
    await hand.click(hand.page.getByRole('button', { name: 'I have it' }));
    await hand.sees('.keys', name);
  },

  // Filters and order are in the address; a list of them is kept, found again, worked off as a whole, renamed and deleted.
  async saving_a_list(hand, { list, renamed, dialed, names }) {
    const { page } = hand;
    const shown = () => page.locator('.contact .who').allTextContents();
    const lists = page.getByRole('navigation', { name: 'Saved lists' });
    await hand.click(hand.nav('Contacts'));
    await hand.choose(page.getByLabel('Verified', { exact: true }), 'no');
    await hand.sees('.total', `${names.length} numbers`);
    await hand.choose(page.getByLabel('Order'), 'name');
    await page.waitForURL(/verified=no&sort=name/);
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('sort') && url.searchParams.has('verified'));
    await page.goForward();
    await page.waitForFunction(
      (wanted) => [...document.querySelectorAll('.contact .who')].map((each) => each.textContent).join() === wanted,
      names.join(),
    );
    await hand.click(page.getByRole('button', { name: 'Save this list…' }));
    await page.locator('dialog[open] :focus').waitFor();
    await hand.type(list);
    await hand.press('Enter');
    await lists.locator('[aria-current]', { hasText: list }).waitFor();
    await page.reload();
    await lists.locator('[aria-current]', { hasText: list }).waitFor();
    await hand.sees('.total', `${names.length} numbers`);
    assert.deepEqual(await shown(), names);
    // From anywhere.
    await page.goto(`${hand.base}/console/`);
    await page.locator('main h1').waitFor();
    await hand.press('Control+k');
    await page.locator('dialog[open] :focus').waitFor();
    await hand.type(list.slice(0, 4));
    await page.getByRole('option', { name: list }).waitFor();
    await hand.press('Enter');
    await hand.sees('.total', `${names.length} numbers`);
    // All of them.
    await hand.click(page.getByRole('button', { name: 'Choose all' }));
    await page.getByText(`All ${names.length} chosen`).waitFor();
    const file = page.waitForEvent('download');
    await hand.click(page.getByRole('button', { name: 'Export' }));
    assert.equal((await file).suggestedFilename(), 'contacts.csv');
    await hand.click(page.getByRole('button', { name: 'Dial list', exact: true }));
    await page.locator('dialog[open] :focus').waitFor();
    await hand.type(dialed);
    await hand.press('Enter');
    await hand.sees('h1', dialed);
    await page.goBack();
    await hand.click(page.getByRole('button', { name: 'Choose all' }));
    await hand.click(page.getByRole('button', { name: 'Do not call' }));
    await hand.click(
      page
        .getByRole('dialog', { name: `Never call ${names.length} numbers again?` })
        .getByRole('button', { name: 'Do not call' }),
    );
    await page.getByText(`${names.length} numbers set to do not call.`).waitFor();
    await hand.click(page.getByRole('button', { name: `More of ${list}` }));
    await hand.click(page.getByRole('button', { name: 'Rename' }));
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(renamed);
    await hand.press('Enter');
    await lists.locator('[aria-current]', { hasText: renamed }).waitFor();
    await hand.click(page.getByRole('button', { name: `More of ${renamed}` }));
    await hand.click(page.getByRole('button', { name: 'Delete the list' }));
    await hand.click(page.getByRole('button', { name: 'Delete', exact: true }));
    await lists.waitFor({ state: 'detached' });
  },

  async calling_from_a_line(hand, { line, digits, name, number }) {
    await hand.click(hand.nav('Lines'));
    await hand.click(hand.page.getByRole('link', { name: line }));
    await hand.click(hand.page.getByRole('complementary').getByRole('button', { name: 'Call' }));
    await hand.page.locator('dialog[open] :focus').waitFor();
    await hand.type(digits);
    await hand.page.getByRole('option', { name }).waitFor();
    await hand.press('Enter');
    await hand.page.getByText(/They may be called, until/).waitFor();
    await hand.press('Enter');
    await hand.sees('.story h2', numberAs(number));
  },

  async mending_a_line(hand, { line }) {
    await hand.click(hand.nav('Lines'));
    await hand.click(hand.page.getByRole('link', { name: line }));
    await hand.click(hand.page.getByRole('button', { name: 'Compare with Twilio' }));
    await hand.sees('.side', /somebody changed where Twilio sends/);
    await hand.click(hand.page.getByRole('button', { name: 'Bring its calls back here' }));
    await hand.sees('.side .tag', 'active');
  },

  // Somebody else saves while a dialog is open.
  async changed_meanwhile(hand, { digits, name, path, theirs, mine }) {
    await hand.press('/');
    await hand.type(digits);
    await hand.page.getByRole('option', { name }).waitFor();
    await hand.press('Enter');
    await hand.click(hand.page.getByRole('button', { name: 'Edit' }));
    const email = hand.page.getByLabel('Email');
    await email.fill(mine);
    await hand.call('PATCH', path, { email: theirs });
    await hand.click(hand.page.getByRole('button', { name: 'Save' }));
    await hand.page.getByText(/Changed meanwhile by you/).waitFor();
    await hand.sees('dialog[open] .notice', theirs);
    await hand.click(hand.page.getByRole('button', { name: 'Do mine all the same' }));
    await hand.sees('.facts', mine);
  },

  async refused_text(hand, { digits, name, words }) {
    await hand.click(hand.nav('Messages'));
    await hand.click(hand.page.getByRole('button', { name: 'New text' }).first());
    await hand.page.locator('dialog[open] :focus').waitFor();
    await hand.type(digits);
    await hand.page.getByRole('option', { name }).waitFor();
    await hand.press('Enter');
    await hand.press('Enter');
    await hand.click(hand.page.getByLabel('Your text'));
    await hand.type(words);
    await hand.press('Enter');
    await hand.sees('.write .notice', /Not sent\./);
    await hand.sees('.write .notice', /It may be from .+ on\./);
    await hand.click(hand.page.getByRole('button', { name: /^Send it / }));
    await hand.sees('.bubbles .under', /leaves /);
    await hand.sees('.bubbles .not-sent', /not sent:/);
  },

  async proving(hand, { number }) {
    await hand.click(hand.nav('Compliance'));
    await hand.click(hand.page.locator('.decisions button').first());
    await hand.sees('.explained', /Policy/);
    const saved = hand.page.waitForEvent('download');
    await hand.click(hand.page.getByRole('button', { name: 'Export' }));
    const file = await (await saved).createReadStream();
    let text = '';
    for await (const piece of file) text += piece;
    assert.match(text, new RegExp(`^decision,at,.*\r\ndec_.*,${number},`));
    await hand.click(hand.page.getByRole('button', { name: 'Consents' }));
    await hand.sees('.consent-list', 'form of 12 November');
    await hand.click(hand.page.getByRole('button', { name: 'Lists' }));
    await hand.page.getByText('No list is loaded').waitFor();
  },
};
