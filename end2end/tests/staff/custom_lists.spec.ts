// Custom fields, columns, views, files, and changes of many rows.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/staff';

test('a custom field is made, filled, shown as a column and filtered by', async ({ page, problems }) => {
  test.setTimeout(180_000);
  problems.allow(/status of 422/);
  await signIn(page);
  await page.goto('/staff/settings');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const fields = page.locator('section', { has: page.getByRole('heading', { name: 'Custom fields' }) });
  const form = page.locator('section', { has: page.locator('#field-form-title') });
  await fields.getByRole('button', { name: 'Add a field for customers' }).click();
  await expect(form.getByLabel('Name')).toBeFocused();
  await form.getByRole('button', { name: 'Save the field' }).click();
  await expect(form.locator('.field__error').first()).toHaveText('Enter a name for the field.');
  await form.getByLabel('Name').fill('Region');
  await form.getByLabel('Value', { exact: true }).first().fill('North');
  await form.getByRole('button', { name: 'Add a value' }).click();
  await form.getByLabel('Value', { exact: true }).last().fill('South');
  await form.getByRole('button', { name: 'Move South up' }).click();
  await expect(form.getByLabel('Value', { exact: true }).first()).toHaveValue('South');
  await expectAccessible(page);
  await form.getByRole('button', { name: 'Save the field' }).click();
  const rows = fields.getByRole('list', { name: 'Fields of customers' }).getByRole('listitem');
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText('List of 2 values');
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  // In the panel.
  await page.goto('/staff/customers?search=alder');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.getByRole('button', { name: 'Change the fields' }).click();
  await panel.getByLabel('Region').selectOption({ label: 'North' });
  await expectAccessible(page);
  await panel.getByRole('button', { name: 'Save the fields' }).click();
  await expect(panel.locator('dl', { hasText: 'Region' })).toContainText('North');
  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.getByText('Region changed')).toBeVisible();

  // As a column, by keyboard.
  await page.goto('/staff/customers');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.getByRole('button', { name: 'Columns' }).click();
  const dialog = page.getByRole('dialog', { name: 'Columns of this list' });
  await dialog.getByRole('checkbox', { name: 'Region' }).check();
  await dialog.getByRole('checkbox', { name: 'By age' }).uncheck();
  await dialog.getByRole('button', { name: 'Move Region up' }).focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Move Region up' })).toBeFocused();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Show these columns' }).click();
  const table = page.locator('table.data-table').first();
  await expect(table.getByRole('columnheader', { name: 'Region' })).toBeVisible();
  await expect(table.getByRole('columnheader', { name: 'By age' })).toHaveCount(0);
  await expectNoHorizontalScroll(page);

  // As a filter, kept as a view that the list begins with.
  await page.locator('summary', { hasText: 'Filter' }).click();
  await page.locator('.menu__form').getByLabel('Region').selectOption({ label: 'North' });
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/f0=/);
  await expect(page.locator('.filter-chip', { hasText: 'Region: North' })).toBeVisible();
  await page.locator('summary', { hasText: 'Views' }).click();
  await page.getByRole('button', { name: 'Save as a new view …' }).click();
  const naming = page.getByRole('dialog', { name: 'Save as a new view' });
  await expect(naming.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('In the north');
  await expectAccessible(page);
  await naming.getByRole('button', { name: 'Save the view' }).click();
  await expect(page).toHaveURL(/view=/);
  const views = page.getByRole('navigation', { name: 'Views' });
  await expect(views.getByRole('link', { name: 'In the north' })).toHaveAttribute('aria-current', 'page');
  await page.locator('summary', { hasText: 'Views' }).click();
  await page.getByRole('button', { name: 'Begin with this view' }).click();
  // The menu closes at once; its other button says that it is kept.
  await page.locator('summary', { hasText: 'Views' }).click();
  await expect(page.getByRole('button', { name: 'Do not begin with this view' })).toBeVisible();
  await page.goto('/staff/customers');
  await expect(page).toHaveURL(/view=/);
  await views.getByRole('link', { name: 'All' }).click();
  await expect(page).toHaveURL(/view=all/);
  await expectAccessible(page);
  // Whoever comes next finds the list as it was.
  await views.getByRole('link', { name: 'In the north' }).click();
  await page.locator('summary', { hasText: 'Views' }).click();
  await page.getByRole('button', { name: 'Do not begin with this view' }).click();
  await page.locator('summary', { hasText: 'Views' }).click();
  await expect(page.getByRole('button', { name: 'Begin with this view', exact: true })).toBeVisible();
  await page.goto('/staff/customers');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await expect(page).not.toHaveURL(/view=/);
});

test('many customers and invoices are changed at once, and the list is a file', async ({ page, server }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await page.goto('/staff/customers');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const boxes = page.locator('tbody .tick input');
  await boxes.nth(0).check();
  await boxes.nth(2).click({ modifiers: ['Shift'] });
  const bar = page.getByRole('region', { name: 'Chosen customers' });
  await expect(bar).toContainText('3 customers chosen');
  await bar.getByLabel('To what').selectOption({ index: 1 });
  await bar.getByRole('button', { name: 'Apply to all chosen' }).click();
  await expect(bar).toContainText('for 3 customers?');
  await expectAccessible(page);
  await bar.getByRole('button', { name: 'Confirm' }).click();
  await expect(bar).toContainText('3 customers changed.');
  await bar.getByRole('button', { name: 'Choose nothing' }).click();
  await expect(bar).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'Choose all customers shown' }).check();
  await expect(bar).toBeVisible();
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  // A text of the company's own for many invoices.
  const field = {
    'field[level]': 'invoice',
    'field[kind]': 'text',
    'field[name]': 'Dock',
    'field[is_shown]': 'true',
    'field[is_editable]': 'true',
  };
  const headers = { origin: server.url, accept: 'application/json' };
  const added = await page.request.post('/api/staff/settings/save_field', { form: field, headers });
  expect(added.status()).toBe(200);
  await page.goto('/staff/invoices');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  const invoices = page.getByRole('region', { name: 'Chosen invoices' });
  await invoices.getByRole('button', { name: 'Change a custom field' }).click();
  await expect(invoices.getByLabel('Field')).toBeFocused();
  await invoices.getByLabel('Field').selectOption({ label: 'Dock' });
  await invoices.getByLabel('To what').fill('Quay 7');
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await invoices.getByRole('button', { name: 'Apply to all chosen' }).click();
  await expect(invoices).toContainText('2 invoices changed.');
  await page.locator('tr[data-row] th a').first().click();
  await expect(page.locator('#panel')).toContainText('Quay 7');

  await page.goto('/staff/invoices?sort=amount&direction=desc');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  for (const [button, ending] of [['CSV', '.csv'], ['Excel (XLSX)', '.xlsx']] as const) {
    await page.locator('summary', { hasText: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).click();
    expect((await download).suggestedFilename()).toMatch(new RegExp(`^unpaid-invoices-.*\\${ending}$`));
    await page.keyboard.press('Escape');
  }
});
