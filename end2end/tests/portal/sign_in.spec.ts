import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';

test('the sign-in page asks for an e-mail address and is accessible', async ({ page }) => {
  await page.goto('/portal/sign-in');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('input[name="email"]')).toBeVisible();
  await expect(page.locator('form button')).not.toHaveCount(0);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});
