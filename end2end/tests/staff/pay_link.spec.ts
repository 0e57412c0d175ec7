// A payment link in the panel of an invoice: made, copied, opened by somebody, taken back; and a customer
// who pays by links only.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn as signInAsPayer } from '../support/payer';
import { signIn } from '../support/staff';

test('a link is made for an invoice, shown once, and taken back', async ({ page, browser }) => {
  test.setTimeout(180_000);
  await signIn(page);
  await page.goto('/staff/invoices?search=foxglove');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const link = page.locator('tr[data-row] th a').first();
  const number = (await link.textContent()) ?? '';
  await link.click();
  const panel = page.locator('#panel');
  const part = panel.locator('section', { has: page.getByRole('heading', { name: 'Payment link' }) });
  await expect(part).not.toContainText('Made');
  await part.getByRole('button', { name: 'Generate payment link' }).click();
  const field = part.getByLabel('Link to send');
  await expect(field).toHaveValue(/\/pay\/[\w-]{43}$/);
  await expect(field).toHaveAttribute('readonly', '');
  await expect(part).toContainText('Active');
  await expect(part).toContainText('by staff@quittance.example');
  await expect(part).toContainText('Not yet');
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page, [320]);
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  const address = await field.inputValue();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await part.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(part).toContainText('Copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);
  // Another key of the same link.
  await part.getByRole('button', { name: 'Copy payment link' }).click();
  await expect(field).not.toHaveValue(address);

  // Somebody opens it, in a browser of their own.
  const context = await browser.newContext();
  const payer = await context.newPage();
  await payer.goto(address);
  await expect(payer.getByRole('heading', { level: 1 })).toHaveText(`Invoice ${number}`);
  await payer.getByRole('button', { name: /^Pay / }).click();
  await expect(payer).toHaveURL(/\/portal\/pay\?/);
  await expect(part).not.toContainText('Not yet');

  await part.getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect(part.getByRole('button', { name: 'Revoke the link' })).toBeFocused();
  await expectAccessible(page);
  await part.getByRole('button', { name: 'Revoke the link' }).click();
  await expect(part).toContainText('Revoked');
  await expect(field).toHaveCount(0);
  await expect(part.getByRole('button', { name: 'Generate payment link' })).toBeVisible();
  await payer.reload();
  await expect(payer).toHaveURL(/\/portal\/sign-in/);
  await payer.goto(address);
  await expect(payer.getByRole('heading', { name: 'This payment link is no longer valid' }).last()).toBeVisible();
  await context.close();

  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  const rows = panel.locator('.history__item');
  await expect(rows.nth(0)).toContainText('Payment link revoked');
  await expect(rows.nth(1)).toContainText('Payment link opened for the first time');
  await expect(rows.nth(2)).toContainText('Payment link copied');
  await expect(rows.nth(3)).toContainText('Payment link made');
  await expectAccessible(page);
});

test('contacts of a customer who pays by links are told so', async ({ page, browser }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await page.goto('/staff/customers?search=foxglove');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Payments' }).click();
  const online = panel.locator('section', { has: page.getByRole('heading', { name: 'Paying online' }) });
  await online.getByRole('button', { name: 'Change how it may pay' }).click();
  await online.getByRole('radio', { name: 'By payment links only' }).check();
  await online.getByRole('button', { name: 'Save' }).click();
  await expect(online).toContainText('By payment links');
  await expectAccessible(page);
  const context = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const payer = await context.newPage();
  await signInAsPayer(payer, 'bills@foxglove.example');
  await expect(payer.getByRole('heading', { name: 'You pay by the links in our mail' }).last()).toBeVisible();
  await expect(payer.getByText(/please speak to Ruth Adeyemi/)).toBeVisible();
  await expectAccessible(payer);
  await context.close();
  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__item').first()).toContainText('by payment links');
});
