// Reminder workflows and statements: the company's, a customer's own, and sending a statement now.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { mailSentBy } from '../support/mail';
import { signIn } from '../support/staff';

test('a workflow is made, is the usual one, and a customer gets another', async ({ page, problems }) => {
  test.setTimeout(180_000);
  problems.allow(/status of (409|422)/, /staff\/live/);
  await signIn(page);
  await page.goto('/staff/settings');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const part = page.locator('section', { has: page.getByRole('heading', { name: 'Reminder workflows' }) });
  const rows = part.getByRole('list', { name: 'Workflows' }).getByRole('listitem');
  const form = page.locator('section', { has: page.locator('#workflow-form-title') });
  await expect(rows).toHaveCount(2);

  // By keyboard, with what is wrong under its letter.
  await part.getByRole('button', { name: 'Add a workflow' }).click();
  await expect(form.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('Patient');
  await page.keyboard.press('Tab');
  await expect(form.getByLabel('Days of letter 1')).toBeFocused();
  await page.keyboard.type('14');
  await form.getByRole('button', { name: 'Add a step' }).click();
  await expect(form.getByLabel('Days of letter 2')).toBeFocused();
  await page.keyboard.type('soon');
  await page.keyboard.press('Enter');
  await expect(form.locator('.field__error')).toHaveText('Enter a number of days from 0 to 365.');
  await expect(form.getByLabel('Days of letter 2')).toHaveAttribute('aria-invalid', 'true');
  await expect(form.getByLabel('Days of letter 1')).toHaveValue('14');
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await form.getByLabel('Days of letter 2').fill('30');
  await form.getByLabel('Wording of letter 2').selectOption({ label: 'Final notice' });
  await form.getByRole('button', { name: 'Save the workflow' }).click();
  await expect(rows).toHaveCount(3);
  const patient = rows.filter({ hasText: 'Patient' });
  await expect(patient).toContainText('Friendly reminder 14 days after it was due · Final notice 30 days after it was due.');

  // What is in use stays.
  await part.getByLabel('Workflow of customers without one of their own').selectOption({ label: 'Patient' });
  await expect(patient).toContainText('and everybody without one of their own');
  await part.getByRole('button', { name: 'Change the workflow Patient' }).click();
  await form.getByRole('button', { name: 'Remove the workflow' }).click();
  await expect(form.getByText('It is in use')).toBeVisible();
  await form.getByRole('button', { name: 'Cancel' }).click();

  // A customer's own; two people at once do not overwrite each other.
  await page.goto('/staff/customers?search=alder');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const own = page.locator('#panel section', { has: page.getByRole('heading', { name: 'Reminder workflow' }) });
  const choice = own.getByRole('combobox');
  await expect(choice.locator('option').first()).toHaveText('Inherited: Patient');
  await expect(own).toContainText('Final notice 30 days after it was due');
  const other = await page.context().newPage();
  await other.route('**/staff/live', (route) => route.abort());
  await other.goto(page.url());
  await expect(other.locator('html[data-hydrated]')).toHaveCount(1);
  const stale = other.locator('#panel').getByRole('combobox', { name: 'Reminder workflow' });
  await expect(stale.locator('option')).toHaveCount(4);
  await choice.selectOption({ label: 'No reminders' });
  await expect(own).toContainText('No letters.');
  await stale.selectOption({ label: 'Standard reminders' });
  await expect(other.getByText('Somebody else saved another version')).toBeVisible();
  await other.close();
  await expectAccessible(page);
  await page.locator('#panel .tabs__item', { hasText: 'History' }).click();
  await expect(page.locator('#panel .history__item', { hasText: 'Reminder workflow changed' })).toContainText('No reminders');

  // Many at once.
  await page.goto('/staff/customers');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const boxes = page.locator('tbody .tick input');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  const bar = page.getByRole('region', { name: 'Chosen customers' });
  await bar.getByLabel('What to change').selectOption({ label: 'Reminder workflow' });
  await bar.getByLabel('To what').selectOption({ label: 'Standard reminders' });
  await bar.getByRole('button', { name: 'Apply to all chosen' }).click();
  await expect(bar).toContainText('Set Reminder workflow to “Standard reminders” for 2 customers?');
  await bar.getByRole('button', { name: 'Confirm' }).click();
  await expect(bar).toContainText('2 customers changed.');
});

test('statements are switched on, one customer goes without, and one is sent now', async ({ page, server, problems }) => {
  test.setTimeout(180_000);
  problems.allow(/status of 422/);
  await signIn(page);
  await page.goto('/staff/settings');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const part = page.locator('section', { has: page.getByRole('heading', { name: 'Monthly statements' }) });
  await expect(part).toContainText('No statements are mailed by themselves.');
  await part.getByRole('checkbox', { name: /Mail statements every month/ }).check();
  await part.getByLabel('Week of the month').selectOption({ label: 'Last' });
  await part.getByLabel('Day', { exact: true }).selectOption({ label: 'Friday' });
  await part.getByLabel(/settled invoices are listed/).fill('400');
  await part.getByRole('button', { name: 'Save the statements' }).click();
  await expect(part.locator('.field__error')).toHaveText('Enter a number of days from 0 to 366.');
  await expect(part.getByRole('checkbox', { name: /Mail statements every month/ })).toBeChecked();
  await part.getByLabel(/settled invoices are listed/).fill('60');
  await part.getByRole('button', { name: 'Save the statements' }).click();
  await expect(part.getByRole('status')).toContainText('Saved. The next ones are mailed on');
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  await page.goto('/staff/customers?search=kestrel');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const own = page.locator('#panel section', { has: page.getByRole('heading', { name: 'Monthly statement' }) });
  await expect(own).toContainText('The next one is mailed on');
  await own.getByRole('combobox').selectOption({ label: 'Never' });
  await expect(own).not.toContainText('The next one is mailed on');

  // Asked for by hand it goes all the same, once it is confirmed; by keyboard.
  await own.getByRole('button', { name: 'Send a statement now' }).focus();
  await page.keyboard.press('Enter');
  await expect(own.getByRole('button', { name: 'Send it' })).toBeFocused();
  await expectAccessible(page);
  const mail = await mailSentBy(server.url, 'bills@kestrel.example', () => page.keyboard.press('Enter'), {
    subject: /^Statement of account/,
  });
  await expect(own.getByRole('status')).toContainText('bills@kestrel.example');
  expect(mail.text).toContain('Outstanding:');
  expect(mail.text).toContain('/portal');
  await page.locator('#panel .tabs__item', { hasText: 'History' }).click();
  await expect(page.locator('#panel .history__item', { hasText: 'Message to bills@kestrel.example' }).first()).toContainText(
    'Statement of account',
  );

  // Whoever does not pay has none of its own.
  await page.goto('/staff/customers?search=rosewater');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  await expect(own).toContainText('Its invoices are in the statement of Marlow House Hotels, who pays.');
  await expect(own.getByRole('button', { name: 'Send a statement now' })).toHaveCount(0);
});
