// Everything of the console that somebody can have before them: every page, and every dialog, menu and pane that opens in one. What
// is opened in a page of somebody's own is at the addresses of `found`, as tests/e2e/furnished.py tells them. A view is a name, an
// address, what is done there, and what is done again where the window has become narrow.
const button =
  (name, where = (page) => page) =>
  (page) =>
    where(page).getByRole('button', { name }).first().click();
const inMenu = (menu, name) => async (page) => {
  await button(menu)(page);
  if (name) await page.locator('.menu ul').getByText(name, { exact: true }).click();
};
const press = (key, text) => async (page) => {
  await page.keyboard.press(key);
  await page.locator('dialog[open]').waitFor();
  if (text) await page.keyboard.type(text);
};
const inOrder =
  (...steps) =>
  async (page) => {
    for (const step of steps) await step(page);
  };

// What a view asks for in vain, which browsers log.
const missed = { 'person-gone': '/api/v2/patients/pat_gone' };

export function views(found = {}) {
  const all = [
    ['home', '/console/'],
    ['palette', '/console/', press('Control+k')],
    [
      'palette-person',
      '/console/',
      inOrder(press('Control+k', 'Whitf'), (page) => page.getByRole('option', { name: /Flora/ }).waitFor()),
    ],
    ['palette-nothing', '/console/', press('Control+k', 'qqq')],
    ['session-menu', '/console/', button('Theme and session'), openSession],
    ['contacts', '/console/contacts'],
    ['contacts-found', '/console/contacts?q=5855552'],
    ['contacts-none', '/console/contacts?q=0000000'],
    ['patients', '/console/contacts?view=patients'],
    ['add-contact', '/console/contacts?add=1'],
    ['contacts-chosen', '/console/contacts', chooseTwo],
    [
      'chosen-to-list',
      '/console/contacts',
      inOrder(
        chooseTwo,
        button('Dial list', (page) => page.locator('.bulk')),
      ),
    ],
    ['saved-list', found.saved_list && `${found.saved_list}&sort=name`],
    ['saved-list-changed', found.saved_list],
    ['save-list', '/console/contacts?verified=no', button('Save this list…')],
    ['all-chosen', '/console/contacts?verified=no', button('Choose all')],
    [
      'all-to-stop',
      '/console/contacts?verified=no',
      inOrder(
        button('Choose all'),
        button('Do not call', (page) => page.locator('.bulk')),
      ),
    ],
    ['person', found.person],
    ['person-asleep', found.asleep],
    ['edit-person', found.person, button('Edit')],
    ['add-number', found.person, button('Add number')],
    ['number-menu', found.person, inMenu(/^More about \(/)],
    ['change-number', found.person, inMenu(/^More about \(/, 'Change the number')],
    ['verify', found.person, button('Verify')],
    ['consent', found.person, button('Record')],
    [
      'best-times',
      found.person,
      (page) =>
        page
          .locator('.card', { has: page.locator('.week') })
          .getByRole('button')
          .last()
          .click(),
    ],
    ['text-person', found.person, button('Text', (page) => page.locator('.page-head'))],
    ['call-person', found.person, button('Call', (page) => page.locator('.page-head'))],
    ['person-gone', '/console/contacts/patients/pat_gone'],
    ['lines', '/console/lines'],
    ['line', found.line],
    ['call-from', found.line, button('Call', (page) => page.getByRole('complementary'))],
    ['new-line', '/console/lines', button('New line')],
    ['line-out-of-service', found.line, button('Take out of service')],
    ['agents', '/console/agents'],
    ['new-agent', '/console/agents', button('New agent')],
    ['agent-menu', '/console/agents', inMenu(/^More about/)],
    ['change-agent', '/console/agents', inMenu(/^More about/, 'Change')],
    ['calls', '/console/calls'],
    ['call', found.call],
    ['messages', '/console/messages'],
    ['new-text', '/console/messages', button('New text')],
    ['talk', found.talk],
    ['talk-later', found.talk, button('Send later')],
    ['dial-lists', '/console/dial-lists'],
    ['new-dial-list', '/console/dial-lists', button('New list')],
    ['dial-list', found.list],
    ['dialing', found.dialing],
    ['compliance', '/console/compliance'],
    ['policy', '/console/compliance?tab=policy'],
    ['policy-hours', '/console/compliance?tab=policy', button(/^Change/)],
    ['suppressions', '/console/compliance?tab=suppressions'],
    ['consents', '/console/compliance?tab=consents'],
    ['registries', '/console/compliance?tab=lists'],
    ['suppress', '/console/compliance?tab=suppressions', button('Suppress a number')],
    ['import', '/console/import'],
    ['rehearsal', found.rehearsal],
    ['quality', '/console/quality'],
    ['audit', '/console/audit'],
    ['whole-change', '/console/audit', button(/^The whole change/)],
    ['simulator', '/console/simulator'],
    ['webhooks', '/console/operate'],
    ['new-webhook', '/console/operate', button('New webhook')],
    ['webhook', found.webhook],
    ['webhook-menu', found.webhook, inMenu('More about the webhook')],
    ['replay', found.webhook, inMenu('More about the webhook', 'Deliver again from an event on')],
    ['keys', '/console/operate?tab=keys'],
    ['new-key', '/console/operate?tab=keys', button('New key')],
    ['revoke-key', '/console/operate?tab=keys', button(/^Revoke /)],
    ['fhir', '/console/operate?tab=fhir'],
    ['new-fhir-source', '/console/operate?tab=fhir', button('New source')],
    ['requests', '/console/operate?tab=requests'],
    ['health', '/console/operate?tab=health'],
    ['design', '/console/design'],
    ['nowhere', '/console/nowhere'],
  ];
  return all.filter(([, path]) => path).map(([name, path, open, anew]) => ({ name, path, open, anew, missed: missed[name] }));
}

async function openSession(page) {
  await page.keyboard.press('Escape');
  await button('Open the menu')(page);
  await button('Theme and session')(page);
}

async function chooseTwo(page) {
  const boxes = page.locator('.pick input');
  await boxes.nth(1).waitFor();
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.locator('.bulk').waitFor();
}

// What a new account sees before anything is in it.
export const emptyViews = [
  ['home', '/console/'],
  ['contacts', '/console/contacts'],
  ['lines', '/console/lines'],
  ['agents', '/console/agents'],
  ['calls', '/console/calls'],
  ['messages', '/console/messages'],
  ['dial-lists', '/console/dial-lists'],
  ['compliance', '/console/compliance'],
  ['suppressions', '/console/compliance?tab=suppressions'],
  ['import', '/console/import'],
  ['quality', '/console/quality'],
  ['audit', '/console/audit'],
  ['simulator', '/console/simulator'],
  ['webhooks', '/console/operate'],
  ['fhir', '/console/operate?tab=fhir'],
].map(([name, path]) => ({ name: `empty-${name}`, path }));
