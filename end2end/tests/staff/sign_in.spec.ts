import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';

test('the sign-in page asks for address and password and is accessible', async ({ page }) => {
  await page.goto('/staff/sign-in');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('input[name="email"]')).toBeVisible();
  await expect(page.locator('input[name="password"]')).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});

test('a staff page sends a stranger to sign-in', async ({ page }) => {
  await page.goto('/staff/customers');
  await expect(page).toHaveURL(/\/staff\/sign-in/);
});
