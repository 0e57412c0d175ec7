// The command palette: finding anything without leaving the keyboard.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/staff';

test('Ctrl K finds a customer, an invoice and a payment by any part of its name', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const palette = page.getByRole('dialog', { name: 'Find a customer, invoice or payment' });
  const field = palette.getByRole('combobox');
  const options = palette.getByRole('option');
  await page.keyboard.press('Control+k');
  await expect(field).toBeFocused();
  await expect(palette.getByRole('status')).toHaveText('Type two characters or more of a number or a name.');
  await page.keyboard.type('sewater');
  await expect(options).toHaveCount(1);
  await expect(options.first()).toContainText('Rosewater Spas');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();
  await expect(page.locator('#panel .panel__title')).toHaveText('Rosewater Spas');

  // From there, an invoice by a part of its number; the arrows choose.
  await page.keyboard.press('Control+k');
  await expect(field).toBeFocused();
  await field.fill('564');
  await expect(options.first()).toContainText('invoice');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowUp');
  const number = await options.first().locator('.palette__title').textContent();
  await page.keyboard.press('Enter');
  await expect(page.locator('#panel .panel__title')).toBeVisible();
  await expect(page.locator('#main')).toContainText(number ?? '');

  await page.keyboard.press('Control+k');
  await field.fill('P-');
  await expect(options.filter({ hasText: 'Payment' }).first()).toBeVisible();
  await page.setViewportSize({ width: 320, height: 640 });
  await expectNoHorizontalScroll(page);
  await expectAccessible(page);
  await options.filter({ hasText: 'Payment' }).first().click();
  await expect(page).toHaveURL(/tab=payments/);

  await page.keyboard.press('Control+k');
  await field.fill('nothing of this name');
  await expect(palette.getByRole('status')).toHaveText('Nothing of that number or name.');
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
});
