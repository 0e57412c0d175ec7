// What script adds to the portal.

import { expect, test } from '../support/checks';
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
