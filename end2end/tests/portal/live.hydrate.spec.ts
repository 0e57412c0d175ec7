// What script adds to the portal.

import { expect, test } from '../support/checks';
import { PARTS_PAYER } from '../support/demo';
import { signIn } from '../support/payer';

test('the basket counts along with the ticks', async ({ page }) => {
  await signIn(page, 'ap@brightwater.example');
  const total = page.locator('.basket__total');
  const boxes = page.locator('.bill input[type="checkbox"]');
  await expect(boxes.first()).toBeVisible();
  await boxes.first().focus();
  await expect(async () => {
    await boxes.first().setChecked(true);
    const one = await total.textContent();
    await boxes.first().setChecked(false);
    expect(await total.textContent()).not.toBe(one);
  }).toPass({ timeout: 15_000 });
});

test('the basket follows the amounts, and only what is ticked and changed goes into the address', async ({ page }) => {
  await signIn(page, PARTS_PAYER);
  const total = page.locator('.basket__total');
  const bill = page.locator('.bill').first();
  const amount = bill.getByLabel(/^Amount to pay on /);
  await bill.getByRole('checkbox').focus();
  await expect(async () => {
    await bill.getByRole('checkbox').setChecked(true);
    await amount.fill('12.34');
    await expect(total).toHaveText('$12.34', { timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await amount.fill('1,50');
  await expect(total).toHaveText('Check the amounts');
  await amount.fill('12.34');
  await page.locator('.bill').nth(1).getByRole('checkbox').check();
  await page.locator('.basket button[type="submit"]').click();
  await expect(page).toHaveURL(/\/portal\/pay\?invoice=[-0-9a-f]+&amount\.[-0-9a-f]+=12\.34&invoice=[-0-9a-f]+$/);
});
