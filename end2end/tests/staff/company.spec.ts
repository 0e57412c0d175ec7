// The company's settings: what payers see of it, its logo, its payment rules, and what was changed.

import { type Browser, type Page } from '@playwright/test';
import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { mailSentBy } from '../support/mail';
import { signIn } from '../support/staff';

const PASSWORD = 'another long password';
const COMPANY = '/staff/settings/company';

const svg = (name: string, inside: string) => ({
  name,
  mimeType: 'image/svg+xml',
  buffer: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30" width="90" height="30">${inside}</svg>`),
});

async function open(page: Page, path: string) {
  await page.goto(path);
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
}

/** Somebody who may look and nothing else, in a browser of their own. */
async function viewer(page: Page, browser: Browser, base: string): Promise<Page> {
  const email = 'viewer@halden.example';
  await open(page, '/staff/team?user=new');
  await page.getByLabel('Name', { exact: true }).fill('Vic Osei');
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Role', { exact: true }).selectOption('viewer');
  const mail = await mailSentBy(base, email, async () => {
    await page.getByRole('button', { name: 'Send the invitation' }).click();
    await expect(page.getByText('The invitation is on its way.')).toBeVisible();
  });
  const theirs = await (await browser.newContext({ baseURL: base })).newPage();
  await open(theirs, '/staff/password');
  await theirs.getByLabel('Your e-mail address').first().fill(email);
  await theirs.getByLabel('Code from the e-mail').fill(/[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}/.exec(mail.text)?.[0] ?? '');
  await theirs.getByLabel('New password').fill(PASSWORD);
  await theirs.getByRole('button', { name: 'Set the password' }).click();
  await expect(theirs.getByText('Your password is set.')).toBeVisible();
  await signIn(theirs, { email, password: PASSWORD });
  return theirs;
}

test('the company is described, by keyboard, and nobody writes over somebody else', async ({ page, server, problems }) => {
  test.setTimeout(180_000);
  problems.allow(/status of (409|422)/);
  await signIn(page);
  await open(page, '/staff/settings');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Company' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Company' })).toBeVisible();
  const part = page.locator('section', { has: page.getByRole('heading', { name: 'What payers see of you' }) });
  await expect(part.getByLabel('Legal name')).toHaveValue('Halden Supply Co.');
  await expect(part.getByText('Your books are in USD.')).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  // Somebody else has the page open as it is now.
  const other = await page.context().newPage();
  await open(other, COMPANY);
  const stale = other.locator('section', { has: other.getByRole('heading', { name: 'What payers see of you' }) });
  await expect(stale.getByLabel('Legal name')).toHaveValue('Halden Supply Co.');

  // What is wrong stands under its field, and what was typed stays.
  const support = part.getByRole('group', { name: 'Support' });
  await part.getByLabel('Legal name').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('Halden Supply Ltd.');
  await support.getByLabel('Phone').fill('call us');
  await part.getByLabel('Time zone').fill('America/Atlantis');
  await part.getByLabel('Legal name').focus();
  await page.keyboard.press('Enter');
  await expect(part.locator('.field__error')).toHaveText('Enter a number such as +1 404 555 0142.');
  await expect(support.getByLabel('Phone')).toHaveAttribute('aria-invalid', 'true');
  await expect(part.getByLabel('Legal name')).toHaveValue('Halden Supply Ltd.');
  await expectAccessible(page);
  await support.getByLabel('Phone').fill('+1 404 555 0199');
  await part.getByRole('button', { name: 'Save the company' }).click();
  await expect(part.locator('.field__error')).toHaveText('Enter a time zone such as America/New_York.');
  await expect(support.getByLabel('Phone')).toHaveValue('+1 404 555 0199');
  await part.getByLabel('Time zone').fill('America/Chicago');
  await part.getByRole('button', { name: 'Save the company' }).click();
  await expect(part.getByRole('status')).toContainText('Saved.');
  await expect(part.getByText(/There it is .* C[SD]T\./)).toBeVisible();

  await stale.getByLabel('Tax ID').fill('98-7654321');
  await stale.getByRole('button', { name: 'Save the company' }).click();
  await expect(other.getByText('Somebody else saved another version')).toBeVisible();
  await expect(stale.getByLabel('Tax ID')).toHaveValue('98-7654321');
  await stale.getByRole('button', { name: 'Show what is there now' }).click();
  await expect(stale.getByLabel('Legal name')).toHaveValue('Halden Supply Ltd.');
  await expect(stale.getByLabel('Tax ID')).toHaveValue('12-3456789');
  await other.close();

  // Payers see it at the foot of the portal.
  const payer = await page.context().newPage();
  await payer.goto(`${server.url}/portal/sign-in`);
  await expect(payer.getByRole('contentinfo')).toContainText('Support: +1 404 555 0199');
  await expect(payer.getByRole('contentinfo')).toContainText('Halden Supply Ltd.');
  await expectAccessible(payer);
  await payer.close();

  // And colleagues, what was changed and by whom.
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Changes' }).click();
  const latest = page.getByRole('list', { name: 'Changes, latest first' }).getByRole('listitem').first();
  await expect(latest).toContainText('3 fields changed');
  await expect(latest).toContainText('Halden Supply Ltd.');
  await expect(latest).toContainText('America/Chicago');
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
});

test('the logo is a still drawing, is replaced and taken away', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of (404|422)/);
  await signIn(page);
  await open(page, COMPANY);
  const part = page.locator('section', { has: page.getByRole('heading', { name: 'Logo', exact: true }) });
  const image = part.getByRole('img', { name: 'Your logo' });
  await expect(image).toBeVisible();
  const before = await image.getAttribute('src');
  // What is typed above stays while a logo is brought.
  await page.getByLabel('Tax ID').fill('not saved yet');
  const file = part.getByLabel('An SVG drawing');
  for (const [drawing, said] of [
    [svg('a.svg', '<script>alert(1)</script>'), 'There is more in it than a still drawing'],
    [svg('a.svg', '<rect width="9" height="9" onclick="alert(1)"/>'), 'There is more in it than a still drawing'],
    [svg('a.svg', '<image href="https://elsewhere.example/a.png"/>'), 'It would fetch something from elsewhere'],
    [{ name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('no drawing') }, 'Only an SVG drawing is taken'],
    [svg('a.svg', `<!-- ${'x'.repeat(70_000)} -->`), 'A logo has up to 64 kB'],
  ] as const) {
    await file.setInputFiles(drawing);
    await part.getByRole('button', { name: 'Upload the logo' }).click();
    await expect(part.locator('.field__error')).toContainText(said);
    await expect(file).toHaveAttribute('aria-invalid', 'true');
  }
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  await file.setInputFiles(svg('new.svg', '<rect width="90" height="30" fill="#1f5f5b"/>'));
  await part.getByRole('button', { name: 'Upload the logo' }).focus();
  await page.keyboard.press('Enter');
  await expect(part.getByRole('status')).toContainText('Saved.');
  await expect(image).not.toHaveAttribute('src', before ?? '');
  await expect.poll(() => image.evaluate((one: HTMLImageElement) => [one.naturalWidth, one.naturalHeight])).toEqual([90, 30]);
  await expect(page.getByLabel('Tax ID')).toHaveValue('not saved yet');

  await part.getByRole('button', { name: 'Remove the logo' }).click();
  await expect(part.getByText('There is none. Your name is shown instead.')).toBeVisible();
  await expect(page.locator('#company-logo')).toBeFocused();
  await expect(part.getByRole('button', { name: 'Remove the logo' })).toHaveCount(0);
  await page.goto('/portal/sign-in');
  await expect(page.getByRole('banner').getByText(/^Halden Supply/)).toBeVisible();
});

test('cards until some days past due, accounts, and what new customers begin with', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 422/);
  await signIn(page);
  await open(page, '/staff/settings');
  const rules = page.locator('section', { has: page.getByRole('heading', { name: 'Online payments' }) });
  const cards = rules.getByRole('group', { name: 'Cards' });
  const days = cards.getByLabel('Days past due');
  await expect(days).toBeHidden();
  await cards.getByLabel('When').selectOption({ label: 'Until some days past due' });
  await days.fill('400');
  await rules.getByRole('button', { name: 'Save the rules' }).click();
  await expect(cards.locator('.field__error')).toHaveText('Enter a number of days from 1 to 365.');
  await expectAccessible(page);
  await days.fill('45');
  const accounts = rules.getByRole('group', { name: 'Accounts in your general ledger' });
  await accounts.getByLabel('Surcharges').fill('');
  await rules.getByRole('button', { name: 'Save the rules' }).click();
  await expect(accounts.locator('.field__error')).toContainText('Enter the account that surcharges are posted to');
  await expect(days).toHaveValue('45');
  await accounts.getByLabel('Surcharges').fill('4095 Surcharge income');
  await rules
    .getByLabel('Online payments of customers that come new')
    .selectOption({ label: 'Off; the portal is open for reading' });
  await rules.getByRole('button', { name: 'Save the rules' }).click();
  await expect(rules.getByText('Saved. Prices that are shown from now on follow it.')).toBeVisible();
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page, '/staff/settings/changes');
  const latest = page.getByRole('list', { name: 'Changes, latest first' }).getByRole('listitem').first();
  await expect(latest).toContainText('accepted until 45 days past due');
  await expect(latest).toContainText('4095 Surcharge income');
  await expect(latest).toContainText('Off; the portal is open for reading');

  // A customer may have days of its own.
  await open(page, '/staff/customers?search=alder');
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Payments' }).click();
  const online = panel.locator('section', { has: page.getByRole('heading', { name: 'Paying online' }) });
  await expect(online).toContainText('Accepted until 45 days past due');
  await online.getByRole('button', { name: 'Change how it may pay' }).click();
  const own = online.getByRole('group', { name: 'Cards' });
  await own.getByLabel('Accepted', { exact: true }).check();
  await own.getByLabel('Days past due', { exact: true }).fill('10');
  await online.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(online).toContainText('Accepted until 10 days past due');

  // Many customers at once.
  await open(page, '/staff/customers');
  const boxes = page.locator('tbody .tick input');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  const bar = page.getByRole('region', { name: 'Chosen customers' });
  await bar.getByLabel('What to change').selectOption({ label: 'Online payments' });
  await bar.getByLabel('To what').selectOption({ label: 'Off; the portal is open for reading' });
  await bar.getByRole('button', { name: 'Apply to all chosen' }).click();
  await expect(bar).toContainText('Set Online payments to “Off; the portal is open for reading” for 2 customers?');
  await bar.getByRole('button', { name: 'Confirm' }).click();
  await expect(bar).toContainText('2 customers changed.');
  await expectAccessible(page);
});

test('the settings of the company are open to those who may change them', async ({ page, browser, server, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 403/);
  await signIn(page);
  const theirs = await viewer(page, browser, server.url);
  for (const path of [COMPANY, '/staff/settings/changes']) {
    await theirs.goto(path);
    await expect(theirs.getByText('This is not open to you')).toBeVisible();
    await expect(theirs.getByRole('button', { name: /Save|Upload|Remove/ })).toHaveCount(0);
    await expectAccessible(theirs);
  }
  await theirs.goto('/staff/settings');
  await expect(theirs.getByRole('navigation', { name: 'Settings' })).toHaveCount(0);
});
