// Signs a browser in as people do: with an API key, LINEBOOK_KEY unless another is given.
export async function signIn(context, base, key = process.env.LINEBOOK_KEY) {
  if (!key) throw new Error('LINEBOOK_KEY must hold an API key');
  const page = await context.newPage();
  await page.goto(`${base}/console/sign-in`);
  await page.getByLabel('API key').fill(key);
  await page.keyboard.press('Enter');
  await page.locator('.shell').waitFor();
  return page;
}
