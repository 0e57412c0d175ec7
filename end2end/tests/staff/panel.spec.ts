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

test('notes go on beyond a page, and so does what happened to an invoice', async ({ page, server }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await page.goto('/staff/invoices?search=birch');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('tr[data-row] th a').first().click();
  await expect(page).toHaveURL(/invoice=/);
  const panel = page.locator('#panel');
  const at = new URL(page.url()).searchParams;
  const [customer, invoice] = [at.get('panel') ?? '', at.get('invoice') ?? ''];
  for (let number = 1; number <= 55; number += 1) {
    for (const [path, form] of [
      ['add', { customer_id: customer, body: `Of them ${number}` }],
      ['add_to_invoice', { id: invoice, body: `Of it ${number}` }],
    ] as const) {
      const headers = { origin: server.url, accept: 'application/json' };
      const answer = await page.request.post(`/api/staff/notes/${path}`, { form, headers });
      expect(answer.status()).toBe(200);
    }
  }
  const rows = panel.locator('.history__item');
  const older = panel.getByRole('link', { name: 'Show older' });
  for (const [tab, text] of [
    ['Notes', 'Of it'],
    ['History', 'Of it'],
  ] as const) {
    await panel.locator('.tabs__item', { hasText: tab }).click();
    await expect(rows.first()).toContainText(`${text} 55`);
    await expect(rows).toHaveCount(50);
    await older.click();
    await expect(rows.first()).toContainText(`${text} 5`);
    await expect(panel.getByText(`${text} 55`)).toHaveCount(0);
    await expect(panel.getByText(`${text} 1`, { exact: true })).toBeVisible();
    await expect(older).toHaveCount(0);
    await expectAccessible(page);
    await panel.getByRole('link', { name: 'Back to the latest' }).click();
    await expect(rows.first()).toContainText(`${text} 55`);
  }
  await panel.locator('.panel__sub a').click();
  await panel.locator('.tabs__item', { hasText: 'Notes' }).click();
  await older.click();
  await expect(rows.first()).toContainText('Of them 5');
  await page.reload();
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await expect(rows.first()).toContainText('Of them 5');
  // Who writes a note sees it.
  await panel.getByLabel('New note').fill('The latest');
  await panel.getByRole('button', { name: 'Add the note' }).click();
  await expect(rows.first()).toContainText('The latest');
  await expect(rows).toHaveCount(50);
});

test('a contact is added, changed and removed; of the books only the role changes', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 4(22|09)/);
  await signIn(page);
  await page.goto('/staff/customers?search=kestrel');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Contacts' }).click();
  await expect(page).toHaveURL(/tab=contacts/);
  const rows = panel.locator('.history__item');
  await expect(rows).toHaveCount(1);
  await expectAccessible(page);

  await panel.getByRole('button', { name: 'Add a contact' }).click();
  await expect(panel.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('Ben Okri');
  await panel.getByLabel('E-mail').fill('ben@kestrel');
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel.locator('.field__error')).toHaveText('Enter an address such as name@example.com.');
  await expect(panel.getByLabel('Name')).toHaveValue('Ben Okri');
  await panel.getByLabel('E-mail').fill('ben@kestrel.example');
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel.locator('.field__error')).toHaveText('Choose a role.');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await panel.getByLabel('Role').selectOption({ label: 'Other (no e-mail; portal only)' });
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: 'ben@kestrel.example' })).toContainText('No e-mail; portal only');
  // Who is written to about what is owed carries the speech bubble; who is not does not.
  const role = (address: string) => rows.filter({ hasText: address }).locator('p', { hasText: ':' }).last();
  await expect(role('bills@kestrel.example')).toHaveText(/^\s*Communication contact:/);
  await expect(role('bills@kestrel.example').locator('svg')).toBeVisible();
  await expect(role('ben@kestrel.example')).not.toContainText('Communication contact');
  await expect(role('ben@kestrel.example').locator('svg')).toHaveCount(0);
  await expect(panel.getByRole('button', { name: 'Add a contact' })).toBeFocused();

  // Somebody else is faster: it is said, nothing is overwritten, and what is there can be seen.
  await panel.getByRole('button', { name: 'Change Ben Okri' }).click();
  await panel.getByLabel('Phone').fill('555-0100');
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(other.locator('html[data-hydrated]')).toHaveCount(1);
  await other.getByRole('button', { name: 'Change Ben Okri' }).click();
  await other.getByLabel('Phone').fill('555-0199');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.locator('#panel')).toContainText('555-0199');
  await other.close();
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel.getByText('It was changed meanwhile')).toBeVisible();
  await expect(panel.getByLabel('Phone')).toHaveValue('555-0100');
  await expect(panel.getByText(/Phone: “555-0199” was/)).toBeVisible();
  await panel.getByRole('button', { name: 'Show what is there now' }).click();
  await expect(panel.getByLabel('Phone')).toHaveValue('555-0199');
  await panel.getByRole('button', { name: 'Remove' }).click();
  await panel.getByRole('button', { name: 'Remove for good' }).click();
  await expect(rows).toHaveCount(1);

  // From the books: the role, and nothing else.
  await panel.getByRole('button', { name: /^Change / }).click();
  await expect(panel.getByLabel('E-mail')).toHaveAttribute('readonly', '');
  await panel.getByLabel('Role').selectOption({ label: 'Billing (invoices, reminders, statements)' });
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(rows.first()).toContainText('Billing');
  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__what').first()).toHaveText('Contact changed');
  await expect(panel.locator('.history__item').first()).toContainText('Company Contact');
});

test('what QuickBooks keeps of a customer is read here and changed there; where goods go is ours', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await page.goto('/staff/customers?search=quill');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const reach = page.locator('#panel section', { has: page.getByRole('heading', { name: 'How to reach them' }) });
  await expect(reach.getByText('from QuickBooks')).toBeVisible();
  await reach.getByRole('button', { name: 'Change how to reach them' }).click();
  await expect(reach.getByText('QuickBooks keeps this. Change it there.')).toBeVisible();
  await expect(reach.getByLabel('Phone')).toHaveCount(0);
  await expect(reach.getByLabel('E-mail')).toHaveCount(0);
  await expect(reach.getByRole('link', { name: 'bills@quillcandle.example' })).toBeVisible();
  await expect(reach.getByLabel('City')).toHaveCount(1);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await reach.getByLabel('City').fill('Troy');
  await reach.getByRole('button', { name: 'Save' }).click();
  await expect(reach.getByText('Saved.')).toBeVisible();
  await expect(reach.getByText('Troy')).toBeVisible();
  await expect(reach.getByText('12207')).toBeVisible();
});
