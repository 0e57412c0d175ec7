// The customer's panel: what happened, and what we noted.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/staff';

test('a note is written, changed, and kept in the history', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 422/);
  await signIn(page);
  await page.goto('/staff/customers?search=kestrel');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Notes' }).click();
  await expect(page).toHaveURL(/tab=notes/);
  await expect(panel.getByText('Nobody has noted anything yet.')).toBeVisible();

  // Nothing written: said under the field, and nothing is lost.
  const field = panel.getByLabel('New note');
  await panel.getByRole('button', { name: 'Add the note' }).click();
  await expect(panel.locator('.field__error')).toHaveText('Write something first.');
  await expectAccessible(page);

  await field.fill('Calls back on Monday\n<b>not bold</b> & ‮xyz');
  await panel.getByRole('button', { name: 'Add the note' }).click();
  await expect(panel.locator('.history__note').first()).toContainText('<b>not bold</b>');
  await expect(field).toHaveValue('');
  await expect(panel.locator('.field__error')).toHaveCount(0);

  // What was begun is there again when the panel comes back.
  await field.fill('Begun and');
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  await panel.locator('.tabs__item', { hasText: 'Notes' }).click();
  await expect(field).toHaveValue('Begun and');
  await field.fill('');

  await panel.getByRole('button', { name: 'Change' }).first().click();
  const changed = panel.getByLabel('Change your note');
  await expect(changed).toBeFocused();
  await changed.fill('Calls back on Tuesday');
  await panel.getByRole('button', { name: 'Save the change' }).click();
  await expect(panel.locator('.history__note').first()).toHaveText('Calls back on Tuesday');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__what').first()).toHaveText('Note changed');
  await expect(panel.locator('.history__item').first()).toContainText('Calls back on Monday');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await panel.locator('.pills__item', { hasText: 'Profile' }).click();
  await expect(page).toHaveURL(/topic=profile/);
  await expect(panel.locator('.history__what', { hasText: 'Customer added' })).toBeVisible();
  await expect(panel.locator('.history__what', { hasText: 'Note' })).toHaveCount(0);
  await page.reload();
  await expect(panel.locator('.history__what', { hasText: 'Customer added' })).toBeVisible();
});
