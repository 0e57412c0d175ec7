// Roles of contacts, and who gets which mail.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/staff';

test('roles are added, changed and removed, and nobody is left without one', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 422/);
  await signIn(page);
  await page.goto('/staff/settings');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const roles = page.locator('section', { has: page.getByRole('heading', { name: 'Customer contact roles' }) });
  const rows = roles.getByRole('list', { name: 'Roles' }).getByRole('listitem');
  const form = page.locator('section', { has: page.locator('#role-form-title') });
  await expect(rows).toHaveCount(4);
  await expect(rows.first()).toContainText('for new contacts of your books');

  await roles.getByRole('button', { name: 'Add a role' }).click();
  await expect(form.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('billing');
  await form.getByRole('button', { name: 'Save the role' }).click();
  await expect(form.locator('.field__error')).toHaveText('There is a role of this name. Choose another.');
  await expect(form.getByLabel('Name')).toHaveValue('billing');
  await expectAccessible(page);
  await form.getByLabel('Name').fill('Auditor');
  await form.getByRole('checkbox', { name: /Communication contact/ }).check();
  await form.getByRole('button', { name: 'Save the role' }).click();
  await expect(rows).toHaveCount(5);
  await expect(rows.last()).toContainText('Reminders and statements · 0 contacts');

  // A customer's contacts get it, all at once, and the grid says what that means.
  await page.goto('/staff/customers?search=alder');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Contacts' }).click();
  const grid = panel.getByRole('table', { name: 'Who gets which mail' });
  await expect(grid.getByRole('row')).toHaveCount(3);
  await expect(grid.getByRole('cell', { name: 'yes' })).toHaveCount(6);
  await panel.getByLabel('Adjust the role of all contacts').selectOption({ label: 'Auditor' });
  await panel.getByRole('button', { name: 'Give it to all of them' }).click();
  await expect(panel.getByText('An invoice would reach nobody by e-mail.')).toBeVisible();
  await expect(grid.getByRole('cell', { name: 'yes' })).toHaveCount(4);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  // Somebody has it: it goes when they get another.
  await page.goto('/staff/settings');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await expect(rows.last()).toContainText('2 contacts');
  await roles.getByRole('button', { name: 'Change the role Auditor' }).click();
  await form.getByLabel(/its contacts get/).selectOption({ label: 'Billing' });
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await form.getByRole('button', { name: 'Remove the role' }).click();
  await expect(rows).toHaveCount(4);
  await expect(rows.filter({ hasText: 'Billing' })).toContainText('2 contacts');
});

test('the mail about invoices goes to whoever pays', async ({ page }) => {
  await signIn(page);
  await page.goto('/staff/customers?search=driftwood');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Contacts' }).click();
  await expect(panel.getByText('Mail about its invoices goes to the contacts of Marlow House Hotels, who pays.')).toBeVisible();
  await expect(panel.getByRole('table', { name: 'Who gets which mail' })).toContainText('Marlow House Hotels');
  await expectAccessible(page);
});
