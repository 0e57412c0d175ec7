// Tasks, what people are told, and mentions in notes.

import { type Page } from '@playwright/test';
import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import * as payer from '../support/payer';
import { signIn } from '../support/staff';

async function alive(page: Page, path: string) {
  await page.goto(path);
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
}

/** Adds somebody to the team, unless another test of this server did. */
async function invite(page: Page, name: string, email: string, role = 'specialist', onlyOwn = false) {
  await alive(page, '/staff/team');
  if (await page.getByText(email).count()) return;
  await alive(page, '/staff/team?user=new');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Role', { exact: true }).selectOption(role);
  if (onlyOwn) await page.locator('input[name="user[own_customers_only]"]').check();
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(page.getByText('The invitation is on its way.')).toBeVisible();
}

test('a task is added from a customer, completed with one click, and brought back', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 4(22|09)/);
  await signIn(page);
  await alive(page, '/staff/tasks');
  const bell = page.locator('.bell');
  await expect(page.getByRole('heading', { level: 1, name: 'Tasks and notifications' })).toBeVisible();
  await expectAccessible(page);

  // From the panel: the customer is filled in, and the form leads back to it.
  await alive(page, '/staff/customers?search=marlow');
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.getByRole('link', { name: 'Add a task' }).click();
  await expect(page.getByRole('heading', { name: 'New task' })).toBeVisible();
  await expect(page.getByLabel('Customer number')).not.toHaveValue('');
  await page.getByRole('button', { name: 'Add the task' }).click();
  await expect(page.locator('.field__error')).toHaveText('Say in a few words what is to be done.');
  await page.getByLabel('Kind', { exact: true }).selectOption({ label: 'Call' });
  await page.getByLabel('Title', { exact: true }).fill('Ask about the late invoices');
  await page.getByLabel('Notes', { exact: true }).fill('<b>not bold</b> & ‮xyz');
  await page.getByLabel('Invoice number').fill('no such number');
  await page.getByRole('button', { name: 'Add the task' }).click();
  await expect(page.locator('.field__error')).toHaveText('There is no invoice of this number for this customer.');
  await expect(page.getByLabel('Title', { exact: true })).toHaveValue('Ask about the late invoices');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await page.getByLabel('Invoice number').fill('');
  await page.getByRole('checkbox', { name: /Save as template/ }).check();
  await page.getByRole('button', { name: 'Add the task' }).click();
  await expect(page).toHaveURL(/panel=/);
  const row = panel.locator('.task', { hasText: 'Ask about the late invoices' });
  await expect(row).toContainText('Due today');
  await expect(row).toContainText('<b>not bold</b>');
  // It is due: the bell says so without a reload.
  await expect(bell).toHaveAccessibleName(/[1-9]\d* new/);
  await expectAccessible(page);

  // A call says how it went; then it can be undone.
  await row.getByLabel(/How did this call go/).selectOption({ label: 'Voicemail' });
  await row.getByRole('button', { name: 'Complete Ask about the late invoices' }).click();
  await expect(panel.getByText('Completed: Ask about the late invoices')).toBeVisible();
  await expect(page.locator('#task-undo')).toBeFocused();
  await expect(row).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(row).toHaveCount(1);
  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__what').first()).toHaveText('Task reopened');
  await expect(panel.locator('.history__what').nth(1)).toHaveText('Call: voicemail');
});

test('tasks of others, the archive and templates have their own addresses', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await invite(page, 'Ben Osei', 'ben.tasks@halden.example');

  await alive(page, '/staff/settings');
  await page.getByRole('button', { name: 'Add a template' }).click();
  const form = page.locator('section', { has: page.locator('#template-form-title') });
  await expect(form.getByLabel('Name')).toBeFocused();
  await form.getByLabel('Name').fill('Send the statement');
  await form.getByLabel('Kind', { exact: true }).selectOption({ label: 'E-mail' });
  await form.getByLabel('Notes', { exact: true }).fill('With the letter.');
  await form.getByRole('button', { name: 'Save the template' }).click();
  await expect(page.getByRole('list', { name: 'Templates' })).toContainText('Send the statement');
  await expectAccessible(page);

  await alive(page, '/staff/tasks?view=form');
  await page.getByLabel('Template', { exact: true }).selectOption({ label: 'Send the statement' });
  await expect(page.getByLabel('Title', { exact: true })).toHaveValue('Send the statement');
  await expect(page.getByLabel('Notes', { exact: true })).toHaveValue('With the letter.');
  await page.getByLabel('Assigned to').selectOption({ label: 'Ben Osei' });
  await page.getByRole('button', { name: 'Add the task' }).click();
  await expect(page).toHaveURL(/view=created/);
  const row = page.locator('.task', { hasText: 'Send the statement' });
  await expect(row).toContainText('Ben Osei’s, from you');
  await row.getByRole('link', { name: 'Change Send the statement' }).click();
  await page.getByLabel('Title', { exact: true }).fill('Send the statement twice');
  await page.getByRole('button', { name: 'Save the task' }).click();
  const changed = page.locator('.task', { hasText: 'Send the statement twice' });
  await changed.getByRole('button', { name: 'Complete Send the statement twice' }).click();
  await expect(page.getByText('Completed: Send the statement twice')).toBeVisible();
  await page.getByRole('link', { name: 'Archive', exact: true }).click();
  await expect(page).toHaveURL(/view=done/);
  await expect(changed).toContainText('Completed');
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await alive(page, '/staff/tasks?view=archived');
  await expectAccessible(page);
  await alive(page, '/staff/tasks?view=notifications');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});

test('an @ offers colleagues, and whoever cannot see the customer is not mentioned', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 422/);
  await signIn(page);
  await invite(page, 'Ben Osei', 'ben.tasks@halden.example');
  await invite(page, 'Bea Quist', 'bea.tasks@halden.example', 'specialist', true);
  await alive(page, '/staff/customers?search=marlow');
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Notes' }).click();
  const field = panel.getByLabel('New note');
  await field.pressSequentially('Please call, @');
  const list = panel.getByRole('listbox', { name: 'Colleagues' });
  await expect(list).toBeVisible();
  // Bea does not see the customer: she is not offered.
  await expect(list.getByRole('option', { name: /Bea Quist/ })).toHaveCount(0);
  await expectAccessible(page);
  await field.pressSequentially('ben');
  await expect(list.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await expect(panel).toBeVisible();
  await field.pressSequentially(' ');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('Please call, @Ben Osei ');
  await field.pressSequentially('and @Bea Quist');
  await panel.getByRole('button', { name: 'Add the note' }).click();
  await expect(panel.locator('.field__error')).toContainText('Bea Quist cannot see this customer.');
  await expect(field).toHaveValue('Please call, @Ben Osei and @Bea Quist');
  await field.fill('Please call, @Ben Osei');
  await panel.getByRole('button', { name: 'Add the note' }).click();
  await expect(panel.locator('.mention')).toHaveText('@Ben Osei');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});

test('what is mailed is for everybody to choose', async ({ page }) => {
  await signIn(page);
  await alive(page, '/staff/account');
  const part = page.locator('section', { has: page.getByRole('heading', { name: 'Notifications by e-mail' }) });
  await expect(part.getByRole('checkbox', { name: 'You were mentioned in a note' })).toBeChecked();
  await expect(part.getByRole('checkbox', { name: 'A payment was received' })).not.toBeChecked();
  await part.getByRole('checkbox', { name: 'A payment was received' }).check();
  await part.getByRole('button', { name: 'Save' }).click();
  await expect(part.getByText('Saved.')).toBeVisible();
  await expectAccessible(page);
  await alive(page, '/staff/account');
  await expect(part.getByRole('checkbox', { name: 'A payment was received' })).toBeChecked();
  await part.getByRole('checkbox', { name: 'A payment was received' }).uncheck();
  await part.getByRole('button', { name: 'Save' }).click();
  await expect(part.getByText('Saved.')).toBeVisible();
});

test('a customer’s name opens the panel over the tasks and over the notifications', async ({ page, browser, server }) => {
  test.setTimeout(180_000);
  const customer = 'Kestrel Stationers';
  await signIn(page);
  await alive(page, '/staff/customers?search=kestrel');
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.getByRole('link', { name: 'Add a task' }).click();
  await page.getByLabel('Title', { exact: true }).fill('Send the price list');
  await page.getByRole('button', { name: 'Add the task' }).click();
  await expect(page).toHaveURL(/panel=/);

  await alive(page, '/staff/tasks');
  const task = page.locator('.page .task', { hasText: 'Send the price list' });
  const name = task.getByRole('link', { name: customer });
  // The keys walk through tasks as through rows.
  await page.keyboard.press('j');
  await expect(page.locator('.page .task').first().locator('a, button, select').first()).toBeFocused();
  await name.click();
  await expect(panel.locator('#panel-title')).toHaveText(customer);
  await expect(page).toHaveURL(/\/staff\/tasks\?panel=[^&]+$/);
  await expect(panel.locator('.panel__position')).toContainText('Customer ');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await panel.locator('.tabs__item', { hasText: 'Invoices' }).click();
  await expect(page).toHaveURL(/\/staff\/tasks\?panel=[^&]+&tab=invoices$/);
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(page).toHaveURL(/\/staff\/tasks$/);
  await expect(name).toBeFocused();

  // Where the panel covers the page, the name can be reached again before it gets the focus.
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 720 });
  await page.keyboard.press('Enter');
  await expect(panel.locator('#panel-title')).toHaveText(customer);
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(name).toBeFocused();
  if (size) await page.setViewportSize(size);

  // By its address, too.
  await page.keyboard.press('Enter');
  await expect(panel.locator('#panel-title')).toHaveText(customer);
  await alive(page, page.url());
  await expect(panel.locator('#panel-title')).toHaveText(customer);
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(page).toHaveURL(/\/staff\/tasks$/);
  await expect(name).toBeFocused();

  // Completing and undoing it on either side is told on that side, and seen on both.
  await name.click();
  const there = panel.locator('.task', { hasText: 'Send the price list' });
  await there.getByRole('button', { name: 'Complete Send the price list' }).click();
  await expect(page.locator('#task-undo')).toBeFocused();
  await expect(task).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(task).toHaveCount(1);
  await task.getByRole('button', { name: 'Complete Send the price list' }).click();
  await expect(page.locator('#tasks-undo')).toBeFocused();
  await expect(there).toHaveCount(0);
  await expectAccessible(page);

  // The archive keeps its address.
  await alive(page, '/staff/tasks?view=done');
  await name.click();
  await expect(page).toHaveURL(/\/staff\/tasks\?view=done&panel=[^&]+$/);
  await expect(panel.locator('#panel-title')).toHaveText(customer);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/staff\/tasks\?view=done$/);
  await expect(name).toBeFocused();

  // A payment is told to whoever is responsible: nobody in the demo is, so the owner is told.
  const context = await payer.payFirstInvoice(browser, server.url, 'bills@kestrel.example');
  await context.close();

  await alive(page, '/staff/tasks?view=notifications');
  const told = page.locator('.page .task', { hasText: customer }).filter({ hasText: / received/ }).first();
  const who = told.getByRole('link', { name: customer });
  await who.click();
  await expect(page).toHaveURL(/\/staff\/tasks\?view=notifications&panel=[^&]+$/);
  await expect(panel.locator('#panel-title')).toHaveText(customer);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(who).toBeFocused();
  const what = told.getByRole('link', { name: / received$/ });
  await what.click();
  await expect(page).toHaveURL(/\/staff\/tasks\?view=notifications&panel=[^&]+&tab=payments$/);
  await expect(panel.locator('.tabs__item[aria-current="page"]')).toContainText('Payments');
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(what).toBeFocused();
});

test('the bell shows what is to do and what is new, over any page', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await alive(page, '/staff/tasks?view=form');
  await page.getByLabel('Title', { exact: true }).fill('Look at the bell');
  await page.getByRole('button', { name: 'Add the task' }).click();
  await expect(page.locator('.task', { hasText: 'Look at the bell' })).toBeVisible();

  await alive(page, '/staff/customers?search=kestrel');
  const bell = page.locator('summary.bell');
  await bell.focus();
  await page.keyboard.press('Enter');
  const menu = page.locator('.bell__menu');
  const task = menu.getByRole('link', { name: /Look at the bell/ });
  await expect(task).toContainText('Due');
  await expect(menu.getByRole('heading', { name: 'Notifications' })).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await expect(menu.getByRole('link', { name: 'All tasks' })).toBeInViewport();
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  // Esc closes it, and the focus stays at the bell.
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await expect(bell).toBeFocused();
  await bell.click();
  await menu.getByRole('link', { name: 'All notifications' }).click();
  await expect(page).toHaveURL(/view=notifications/);
  await expect(menu).toBeHidden();
});
