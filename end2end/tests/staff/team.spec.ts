// People on our side: inviting them, what they may do and see, where they are signed in.

import { createHmac } from 'node:crypto';
import { type Browser, type Locator, type Page } from '@playwright/test';
import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { mailSentBy } from '../support/mail';
import { signIn } from '../support/staff';

const PASSWORD = 'another long password';

/** Invites somebody and chooses their password with the mailed code, in a browser of their own. */
async function join(page: Page, browser: Browser, base: string, email: string, role: string, prepare?: () => Promise<void>) {
  await page.goto('/staff/team?user=new');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.getByLabel('Name', { exact: true }).fill('Ben Osei');
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Role', { exact: true }).selectOption(role);
  await prepare?.();
  const mail = await mailSentBy(base, email, async () => {
    await page.getByRole('button', { name: 'Send the invitation' }).click();
    await expect(page.getByText('The invitation is on its way.')).toBeVisible();
  });
  const code = /[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}/.exec(mail.text)?.[0] ?? '';
  const theirs = await (await browser.newContext({ baseURL: base })).newPage();
  await theirs.goto('/staff/password');
  await expect(theirs.locator('html[data-hydrated]')).toHaveCount(1);
  await theirs.getByLabel('Your e-mail address').first().fill(email);
  await theirs.getByLabel('Code from the e-mail').fill('2222-2222-2222');
  await theirs.getByLabel('New password').fill('short');
  await theirs.getByRole('button', { name: 'Set the password' }).click();
  await expect(theirs.locator('.field__error')).toContainText('at least 12 characters');
  await theirs.getByLabel('New password').fill(PASSWORD);
  await theirs.getByRole('button', { name: 'Set the password' }).click();
  await expect(theirs.locator('.field__error')).toContainText('That is not the code');
  await expectAccessible(theirs);
  await expectNoHorizontalScroll(theirs);
  await theirs.getByLabel('Code from the e-mail').fill(code.toLowerCase());
  await theirs.getByRole('button', { name: 'Set the password' }).click();
  await expect(theirs.getByText('Your password is set.')).toBeVisible();
  await signIn(theirs, { email, password: PASSWORD });
  return theirs;
}

test('a viewer is invited, comes in, sees everything and changes nothing', async ({ page, browser, server, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 4(01|22|03)/);
  await signIn(page);
  await page.goto('/staff/team');
  await expect(page.getByRole('heading', { level: 1, name: 'Team' })).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  const viewer = await join(page, browser, server.url, 'viewer@halden.example', 'viewer');
  await expect(page.locator('tr', { hasText: 'viewer@halden.example' })).toContainText('Viewer');

  // What they may not do is not offered, and refused when it is asked for all the same.
  const rail = viewer.getByRole('navigation', { name: 'Main' });
  await expect(rail.getByRole('link', { name: 'Customers' })).toBeVisible();
  for (const name of ['Import', 'Team', 'Mailbox']) {
    await expect(rail.getByRole('link', { name })).toHaveCount(0);
  }
  for (const path of ['/staff/import', '/staff/team', '/staff/mailbox']) {
    await viewer.goto(path);
    await expect(viewer.getByText('This is not open to you')).toBeVisible();
    await expect(viewer.getByRole('button', { name: /Read the file|invitation/ })).toHaveCount(0);
  }
  await viewer.goto('/staff/customers');
  await expect(viewer.locator('html[data-hydrated]')).toHaveCount(1);
  await viewer.locator('table.data-table tbody a[data-open]').first().click();
  const panel = viewer.locator('#panel');
  await expect(panel.locator('.tabs__item', { hasText: 'Contacts' })).toBeVisible();
  await expect(panel.locator('.tabs__item', { hasText: 'History' })).toHaveCount(0);
  await expect(panel.getByRole('heading', { name: 'Monthly statement' })).toBeVisible();
  await expect(panel.getByRole('combobox')).toHaveCount(0);
  await expect(panel.getByRole('button', { name: /Add|Change|Send/ })).toHaveCount(0);
  await panel.locator('.tabs__item', { hasText: 'Contacts' }).click();
  await expect(panel.locator('.history__item')).toHaveCount(1);
  await expect(panel.getByRole('button', { name: /Add|Change/ })).toHaveCount(0);
  await panel.locator('.tabs__item', { hasText: 'Payments' }).click();
  await expect(panel.getByRole('heading', { name: 'Paying online' })).toBeVisible();
  await expect(panel.getByRole('button', { name: /Change|Reset/ })).toHaveCount(0);
  await panel.locator('.tabs__item', { hasText: 'Notes' }).click();
  await expect(panel.getByText('Nobody has noted anything yet.')).toBeVisible();
  await expect(panel.getByRole('textbox')).toHaveCount(0);
  await panel.locator('.tabs__item', { hasText: 'Documents' }).click();
  await expect(panel.getByText('There are no documents yet.')).toBeVisible();
  await expect(panel.getByRole('form', { name: 'New document' })).toHaveCount(0);
  const refused = await viewer.request.post('/api/staff/customers/send_statement', {
    form: { customer_id: new URL(viewer.url()).searchParams.get('panel') ?? '' },
    headers: { origin: server.url, accept: 'application/json' },
  });
  expect(refused.status()).toBe(403);

  // Turned away: out at once.
  await page.locator('tr', { hasText: 'viewer@halden.example' }).getByRole('link').click();
  await page.getByLabel(/May not sign in/).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.locator('tr', { hasText: 'viewer@halden.example' })).toContainText('Cannot sign in');
  await viewer.goto('/staff/customers');
  await expect(viewer).toHaveURL(/sign-in/);
  await viewer.context().close();
});

test('a specialist sees only the customers they are responsible for', async ({ page, browser, server, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 4(01|22|04|03)/);
  await signIn(page);
  const ben = await join(page, browser, server.url, 'ben@halden.example', 'specialist', async () => {
    await page.getByLabel('Sees only the customers they are responsible for').check();
  });
  await ben.goto('/staff/customers');
  await expect(ben.locator('table.data-table tbody a[data-open]')).toHaveCount(0);

  await page.goto('/staff/customers?search=kestrel');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const specialist = page.locator('#panel').getByRole('combobox', { name: 'AR specialist' });
  await specialist.selectOption({ label: 'Ben Osei' });
  await page.locator('#panel .tabs__item', { hasText: 'History' }).click();
  await expect(page.locator('.history__item').first()).toContainText('Ben Osei (ben@halden.example)');
  await expectAccessible(page);

  await ben.goto('/staff/customers');
  await expect(ben.locator('table.data-table tbody a[data-open]')).toHaveCount(1);
  await expect(ben.locator('table.data-table tbody')).toContainText('Kestrel');
  const foreign = await page.evaluate(async () => {
    const answer = await fetch('/api/staff/customers/list?query[search]=harbor');
    return (await answer.json()).rows[0].id as string;
  });
  await ben.goto(`/staff/customers?panel=${foreign}`);
  await expect(ben.getByText('No such customer')).toBeVisible();

  // Rights that end while a form is open: the reason is said, and what was typed stays.
  await ben.goto('/staff/customers');
  await expect(ben.locator('html[data-hydrated]')).toHaveCount(1);
  await ben.locator('table.data-table tbody a[data-open]').first().click();
  const panel = ben.locator('#panel');
  await panel.getByRole('button', { name: 'Change how to reach them' }).click();
  await panel.getByLabel('Website').fill('www.kestrel.example');
  const address = ben.url();
  const begun = async (tab: string, begin: (panel: Locator) => Promise<void>) => {
    const at = await ben.context().newPage();
    await at.route('**/staff/live', (route) => route.abort());
    await at.goto(`${address}&tab=${tab}`);
    await expect(at.locator('html[data-hydrated]')).toHaveCount(1);
    await begin(at.locator('#panel'));
    return at;
  };
  const contacts = await begun('contacts', async (panel) => {
    await panel.getByRole('button', { name: 'Add a contact' }).click();
    await panel.getByLabel('Name').fill('Ida Vale');
    await panel.getByLabel('E-mail').fill('ida@kestrel.example');
  });
  const payments = await begun('payments', async (panel) => {
    await panel.getByRole('button', { name: 'Change how it may pay' }).click();
    await panel.getByRole('radio', { name: /open for reading/ }).check();
  });
  const notes = await begun('notes', (panel) => panel.getByLabel('New note').fill('Not any more'));
  const documents = await begun('documents', async (panel) => {
    const form = panel.getByRole('form', { name: 'New document' });
    await form.getByLabel('Type').selectOption({ label: 'Other' });
    await form.getByLabel(/Choose a file/).setInputFiles({ name: 'late.txt', mimeType: 'text/plain', buffer: Buffer.from('Late.') });
  });
  await page.goto('/staff/team');
  await page.locator('tr', { hasText: 'ben@halden.example' }).getByRole('link').click();
  await page.getByLabel('Role', { exact: true }).selectOption('viewer');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.locator('tr', { hasText: 'ben@halden.example' })).toContainText('Viewer');
  await panel.locator('form', { has: ben.getByLabel('Website') }).locator('button[type="submit"]').click();
  await expect(panel.getByRole('alert')).toContainText('You may not do this');
  await expect(panel.getByLabel('Website')).toHaveValue('www.kestrel.example');
  await expectAccessible(ben);
  const refused = async (at: Page, send: string) => {
    await at.locator('#panel').getByRole('button', { name: send, exact: true }).click();
    await expect(at.locator('#panel').getByRole('alert').first()).toContainText('Ask whoever manages your access');
    await expectAccessible(at);
    return at.locator('#panel');
  };
  await expect((await refused(contacts, 'Save')).getByLabel('Name')).toHaveValue('Ida Vale');
  const choice = (await refused(payments, 'Save')).getByRole('radio', { name: /open for reading/ });
  await expect(choice).toBeChecked();
  await expect((await refused(notes, 'Add the note')).getByLabel('New note')).toHaveValue('Not any more');
  const file = (await refused(documents, 'Upload the document')).getByLabel(/Choose a file/);
  await expect(file).toHaveValue(/late\.txt$/);
  // What is not theirs to read is not read either.
  await ben.goto(`${address}&tab=history`);
  await expect(ben.locator('#panel').getByRole('alert')).toContainText('This is not open to you');
  await expect(ben.locator('.history__item')).toHaveCount(0);
  await expectAccessible(ben);
  await ben.context().close();
});

test('somebody changes their password and ends a session elsewhere', async ({ page, browser, server, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 4(01|22)/);
  await signIn(page);
  const ada = await join(page, browser, server.url, 'ada@halden.example', 'manager');
  const other = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIn(other, { email: 'ada@halden.example', password: PASSWORD });

  await ada.goto('/staff/account');
  await expect(ada.locator('html[data-hydrated]')).toHaveCount(1);
  await expectAccessible(ada);
  await expectNoHorizontalScroll(ada);
  await expect(ada.locator('.history__item')).toHaveCount(2);
  await ada.getByRole('button', { name: /End the session/ }).click();
  await expect(ada.locator('.history__item')).toHaveCount(1);
  await other.goto('/staff/customers');
  await expect(other).toHaveURL(/sign-in/);

  await ada.getByLabel('Password now').fill('not my password');
  await ada.getByLabel('New password').fill('a third long password');
  await ada.getByRole('button', { name: 'Change the password' }).click();
  await expect(ada.locator('.field__error')).toHaveText('That is not your password.');
  await ada.getByLabel('Password now').fill(PASSWORD);
  await ada.getByRole('button', { name: 'Change the password' }).click();
  await expect(ada.getByText('Your password is changed.')).toBeVisible();
  await signIn(other, { email: 'ada@halden.example', password: 'a third long password' });
  await ada.context().close();
  await other.context().close();
});

/** The code that an authenticator app shows (RFC 6238), `steps` of thirty seconds from now. */
function appCode(secret: string, steps = 0): string {
  const bits = [...secret.replace(/\s/g, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test('the second step is set up, asked for, and replaced by a recovery code', async ({ page, browser, server, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 4(01|22)/);
  await signIn(page);
  const eve = await join(page, browser, server.url, 'eve@halden.example', 'manager');
  await eve.goto('/staff/account');
  await expect(eve.locator('html[data-hydrated]')).toHaveCount(1);
  await eve.getByRole('button', { name: 'Set it up' }).click();
  await expect(eve.getByRole('img', { name: 'QR code for the app' })).toBeVisible();
  await expectAccessible(eve);
  await expectNoHorizontalScroll(eve);
  const secret = (await eve.locator('code').first().textContent()) ?? '';
  await eve.getByLabel('Code that the app shows').fill('000000');
  await eve.getByLabel('Your password').fill(PASSWORD);
  await eve.getByRole('button', { name: 'Turn it on' }).click();
  await expect(eve.locator('.field__error')).toContainText('That is not the code');
  await expect(eve.getByLabel('Your password')).toHaveValue(PASSWORD);
  await eve.getByLabel('Code that the app shows').fill(appCode(secret));
  await eve.getByRole('button', { name: 'Turn it on' }).click();
  await expect(eve.getByText('The second step is on')).toBeVisible();
  await expect(eve.locator('.recovery li')).toHaveCount(10);
  await expect(eve.getByText('10 recovery codes are left.')).toBeVisible();
  await expectAccessible(eve);
  const recovery = (await eve.locator('.recovery li').first().textContent()) ?? '';
  await eve.context().close();

  const again = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIn(again, { email: 'eve@halden.example', password: PASSWORD });
  await expect(again).toHaveURL(/second-step/);
  await expectAccessible(again);
  await expectNoHorizontalScroll(again);
  await again.goto('/staff/customers');
  await expect(again).toHaveURL(/sign-in/);
  await signIn(again, { email: 'eve@halden.example', password: PASSWORD });
  await expect(again.locator('html[data-hydrated]')).toHaveCount(1);
  await again.getByLabel('Code').fill('000000');
  await again.getByRole('button', { name: 'Go on' }).click();
  await expect(again.locator('.field__error')).toContainText('That is not the code');
  await again.getByLabel('Code').fill(appCode(secret, 1));
  await again.getByRole('button', { name: 'Go on' }).click();
  await expect(again.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await again.context().close();

  const lost = await (await browser.newContext({ baseURL: server.url })).newPage();
  await signIn(lost, { email: 'eve@halden.example', password: PASSWORD });
  await lost.getByLabel('Code').fill(recovery);
  await lost.getByRole('button', { name: 'Go on' }).click();
  await expect(lost.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await lost.goto('/staff/account');
  await expect(lost.getByText('9 recovery codes are left.')).toBeVisible();
  await lost.context().close();
});
