// The cash that is expected, by week.

import { readFileSync } from 'node:fs';

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/staff';

test('what is expected is told by week, and what is in no week beside it', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Forecast' }).click();
  await expect(page).toHaveURL(/\/staff\/forecast$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Forecast');
  await expect(page.locator('tbody tr')).toHaveCount(16);
  await expect(page.locator('.figures__item')).toHaveCount(4);
  await expect(page.locator('tfoot')).toContainText('Open in all');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export as CSV' }).click();
  const file = readFileSync(await (await download).path(), 'utf8');
  expect(file).toContain('Expected,From,To,Currency,Invoices,Amount');
  expect(file.trim().split('\r\n')).toHaveLength(17);
});
