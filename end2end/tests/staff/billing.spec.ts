// Who pays for whom: the company's setting, a customer's own, and what the panel says about it.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/staff';

test('the panel says who pays and why, and a customer gets a say of its own', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 409/, /staff\/live/);
  await signIn(page);
  await page.goto('/staff/customers?search=rosewater');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  const billing = panel.locator('section', { has: page.getByRole('heading', { name: 'Who pays' }) });
  await expect(billing).toContainText('Marlow House Hotels pays, because the company’s setting is “Immediate parent”.');
  await expect(panel.locator('.panel__sub')).toContainText('Belongs to Marlow House Hotels');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  // The one who pays, from there: for whom, and how much in all.
  await billing.getByRole('link', { name: 'Marlow House Hotels' }).first().click();
  await expect(panel.locator('.panel__title')).toHaveText('Marlow House Hotels');
  await expect(billing).toContainText('Pays for 2 others');
  await expect(billing.getByRole('link')).toHaveText(['Driftwood Cafés', 'Rosewater Spas']);
  await expect(panel.getByRole('heading', { name: 'With those it pays for' })).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  // A say of its own, by keyboard; two people at once do not overwrite each other.
  await billing.getByRole('link', { name: 'Rosewater Spas' }).click();
  await expect(panel.locator('.panel__title')).toHaveText('Rosewater Spas');
  const choice = billing.getByRole('combobox', { name: 'Who pays' });
  await expect(choice.locator('option').first()).toHaveText('Inherited: Immediate parent');
  const other = await page.context().newPage();
  // One who is not told what others do.
  await other.route('**/staff/live', (route) => route.abort());
  await other.goto(page.url());
  await expect(other.locator('html[data-hydrated]')).toHaveCount(1);
  const stale = other.locator('#panel').getByRole('combobox', { name: 'Who pays' });
  await expect(stale).toHaveValue('');
  await choice.focus();
  await page.keyboard.press('ArrowDown');
  await expect(billing).toContainText('It pays its own invoices, because the customer’s own setting is “Buyer”.');
  await expect(choice).toHaveValue('buyer');
  await stale.selectOption('top_level_parent');
  await expect(other.getByText('Somebody else saved another version')).toBeVisible();
  await expect(stale).toHaveValue('buyer');
  await other.close();

  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__what', { hasText: 'Somebody else pays' }).first()).toBeVisible();
  await expect(panel.locator('.history__item', { hasText: 'Somebody else pays' }).first()).toContainText('Marlow House Hotels');
  await expectAccessible(page);
});

test('the company’s setting is chosen, and whoever has no say of its own follows', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page).toHaveURL(/\/staff\/settings/);
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await expect(page.getByRole('radio', { name: /Immediate parent/ })).toBeChecked();
  await expectAccessible(page);
  await page.getByRole('radio', { name: /^Buyer/ }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Who pays for whom is worked out now')).toBeVisible();
  await expectNoHorizontalScroll(page);
  await page.goto('/staff/customers?search=thistledown');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await expect(panel.locator('#panel-billing + .field + p, #panel-billing ~ p').first()).toHaveText(
    'It pays its own invoices, because the company’s setting is “Buyer”.',
    { timeout: 15_000 },
  );
  await page.goto('/staff/settings');
  await page.getByRole('radio', { name: /Immediate parent/ }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Who pays for whom is worked out now')).toBeVisible();
});
