// The staff's lists, the panel, and money that arrives while they look.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/staff';
import * as payer from '../support/payer';

const PAGES = ['/staff', '/staff/customers', '/staff/paid', '/staff/import', '/staff/mailbox'];

test('every page is accessible', async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page);
  for (const path of PAGES) {
    await page.goto(path);
    await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectAccessible(page);
    await expectNoHorizontalScroll(page);
  }
});

test('a bucket of the ageing bar filters, and the address says so', async ({ page }) => {
  await signIn(page);
  await page.goto('/staff/invoices');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('.ageing__item').filter({ hasText: '1–30' }).first().click();
  await expect(page).toHaveURL(/bucket=1-30/);
  await expect(page.locator('.filter-chip', { hasText: '1–30' })).toBeVisible();
  await page.locator('.filter-chip__remove').first().click();
  await expect(page).not.toHaveURL(/bucket=/);
});

test('the panel opens over the list, by keyboard too, and gives the focus back', async ({ page }) => {
  await signIn(page);
  await page.goto('/staff/invoices');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const name = page.locator('table.data-table tbody a[data-open]').first();
  const text = await name.textContent();
  await name.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#panel')).toBeVisible();
  await expect(page.locator('#panel h2').first()).toContainText(text ?? '');
  await expect(page).toHaveURL(/panel=/);
  await expect(page.locator('tr[data-row]').first()).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  for (const tab of ['Invoices', 'Payments', 'Summary']) {
    await page.locator('#panel .tabs__item', { hasText: tab }).click();
    await expect(page.locator('#panel .tabs__item[aria-current="page"]')).toContainText(tab);
  }
  await page.keyboard.press('Escape');
  await expect(page.locator('#panel')).toHaveCount(0);
  await expect(page.locator('a:focus')).toHaveText(text ?? '');
});

test('a payment in the portal appears in the open panel by itself', async ({ page, browser, server }) => {
  const account = 'Kestrel Stationers';
  await signIn(page);
  await page.goto(`/staff/customers?search=${encodeURIComponent('kestrel')}`);
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.getByRole('link', { name: account }).first().click();
  await page.locator('#panel .tabs__item', { hasText: 'Payments' }).click();
  await expect(page.locator('#panel')).toContainText(account);
  const before = await page.locator('#panel').getByText('Visa ••4242').count();

  const context = await payer.payFirstInvoice(browser, server.url, 'bills@kestrel.example');
  await expect(page.locator('#panel').getByText('Visa ••4242')).toHaveCount(before + 1, { timeout: 2_000 });
  await context.close();
});

test('a file is imported with a preview and a report', async ({ page }) => {
  await signIn(page);
  await page.goto('/staff/import');
  const csv = 'customer_number,customer_name,number,issued_on,total\nZ-1,Zeta Works,Z-100,2026-01-05,10.50\nZ-1,Zeta Works,Z-101,2026-13-05,1.00\n';
  await page.locator('input[type="file"]').setInputFiles({ name: 'open.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.locator('form', { has: page.locator('input[type="file"]') }).locator('button[type="submit"]').click();
  await expect(page.getByText('Zeta Works').first()).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await page.getByRole('button', { name: /^(Start|Import)/ }).last().click();
  await expect(page).toHaveURL(/\/staff\/import\/runs\//);
  await expect(page.getByText('1 new, 0 changed, 0 unchanged').first()).toBeVisible({ timeout: 20_000 });
  await expectAccessible(page);
});
