// Documents that are shared with a payer.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/payer';

test('the menu leads to the documents, and says when there are none', async ({ page }) => {
  await signIn(page, 'payables@hawthorn.example');
  await page.locator('details.menu > summary').click();
  await page.getByRole('link', { name: 'Documents' }).click();
  await expect(page).toHaveURL(/\/portal\/documents$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Documents');
  await expect(page.getByText('Nothing is shared with you yet')).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await expectNoHorizontalScroll(page);
});
