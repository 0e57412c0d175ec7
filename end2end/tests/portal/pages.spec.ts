// Every page and state that the ways to pay do not pass through.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/payer';

test('a stranger is sent to sign in', async ({ page }) => {
  for (const path of ['/', '/portal', '/portal/paid', '/portal/pay?invoice=x']) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/portal\/sign-in/);
  }
});

test('a wrong address is answered under its field', async ({ page, problems }) => {
  problems.allow(/status of 4\d\d/);
  await page.goto('/portal/sign-in');
  // A browser checks addresses by itself; without its help the server answers the same.
  const field = page.locator('input[name="email"]');
  await field.fill('ada@nowhere');
  await page.locator('form button[type="submit"]').last().click();
  await expect(page.locator('.field--bad .field__error, .field__error')).toBeVisible();
  await expectAccessible(page);
});

test('a payer of two accounts chooses, and a reload keeps the session', async ({ page }) => {
  await signIn(page, 'accounts@harborgroup.example', { account: /Harbor Light/ });
  await expect(page.getByText('Harbor Light Interiors').first()).toBeVisible();
  await page.reload();
  await expect(page.getByText('Harbor Light Interiors').first()).toBeVisible();
  await page.goto('/portal/accounts');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});

test('whoever pays for others sees what they bought, all of it or one buyer’s', async ({ page }) => {
  await signIn(page, 'payables@marlowhouse.example');
  await expect(page.locator('.bill__buyer', { hasText: 'for Rosewater Spas' }).first()).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  const all = await page.locator('.bill').count();
  await page.getByLabel('Invoices of').selectOption({ label: 'Rosewater Spas' });
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/buyer=/);
  await expect(page.locator('.owed__label')).toContainText('for Rosewater Spas');
  expect(await page.locator('.bill').count()).toBeLessThan(all);
  await expect(page.locator('.bill__buyer')).toHaveCount(await page.locator('.bill').count());
  await expectAccessible(page);
  await page.locator('.bill__name a').first().click();
  await expect(page.getByText('Bought by')).toBeVisible();
  await page.goBack();
  await page.getByRole('link', { name: 'Paid' }).click();
  await expect(page).toHaveURL(/\/portal\/paid\?buyer=/);
  await expect(page.locator('.bill__buyer').first()).toHaveText('for Rosewater Spas');
  await page.setViewportSize({ width: 320, height: 640 });
  await expectNoHorizontalScroll(page);
});

test('whoever is paid for is told so', async ({ page }) => {
  await signIn(page, 'accounts@driftwood.example');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Invoices of Driftwood Cafés are paid by Marlow House Hotels');
  await expect(page.locator('.bill')).toHaveCount(0);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});

test('an invoice shows its lines and its PDF', async ({ page }) => {
  await signIn(page, 'payables@hawthorn.example');
  await page.locator('.bill__name a').first().click();
  await expect(page).toHaveURL(/\/portal\/invoices\//);
  await expect(page.locator('table tbody tr').first()).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  const pdf = await page.request.get(`${page.url()}/pdf`);
  expect(pdf.headers()['content-type']).toBe('application/pdf');
});

test('what is not there is said plainly', async ({ page, problems }) => {
  problems.allow(/status of 404/);
  await signIn(page, 'payables@hawthorn.example');
  await page.goto('/portal/invoices/0193a5f0-0000-7000-8000-000000000000');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
});
