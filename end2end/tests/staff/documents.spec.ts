// Documents of a customer: bringing them, saying what they are, removing them; and their types.

import { writeFileSync } from 'node:fs';
import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/staff';

const text = (name: string, body: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(body) });

test('a document is brought, shared, renamed and removed', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of (409|413|422)/);
  await signIn(page);
  await page.goto('/staff/customers?search=alder');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Documents' }).click();
  const form = panel.getByRole('form', { name: 'New document' });
  const rows = panel.getByRole('list', { name: 'Documents, latest first' }).getByRole('listitem');
  await expect(panel.getByText('There are no documents yet.')).toBeVisible();
  await expectAccessible(page);

  // What is not taken is said under the field, and what was chosen stays.
  await form.getByRole('button', { name: 'Upload the document' }).click();
  await expect(form.locator('.field__error')).toHaveText('Choose a file first.');
  await form.getByLabel('Type').selectOption({ label: 'Other' });
  await form.getByLabel(/Choose a file/).setInputFiles(text('contract.pdf', 'no PDF at all'));
  await form.getByRole('button', { name: 'Upload the document' }).click();
  await expect(form.locator('.field__error')).toContainText('does not fit the ending of its name');
  await expect(form.getByLabel('Type')).toHaveValue(/f2$/);
  await expectAccessible(page);

  await form.getByLabel(/Choose a file/).setInputFiles(text('contract.txt', 'We agree.'));
  await form.getByRole('radio', { name: /Shared/ }).check();
  // While it is on its way a meter says how far it is.
  let pass = () => {};
  const gate = new Promise<void>((resolve) => {
    pass = resolve;
  });
  await page.route('**/staff/documents/upload', async (route) => {
    await gate;
    await route.continue();
  });
  await form.getByRole('button', { name: 'Upload the document' }).click();
  await expect(form.getByRole('progressbar')).toBeVisible();
  await expectAccessible(page);
  pass();
  await expect(form.getByText('Uploaded. It is in the list below.')).toBeVisible();
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText('Shared');
  await expect(rows.first()).toContainText('Other · 9 bytes');
  await expect(panel.getByText('1 of 10 places taken')).toBeVisible();
  await expectAccessible(page);
  const href = await rows.first().getByRole('link', { name: 'contract.txt' }).getAttribute('href');
  const got = await page.request.get(href!);
  expect(await got.text()).toBe('We agree.');
  expect(got.headers()['content-disposition']).toMatch(/^attachment; filename="contract\.txt"/);
  expect(got.headers()['x-content-type-options']).toBe('nosniff');

  await panel.getByRole('button', { name: 'Change contract.txt' }).click();
  const change = panel.locator('section', { has: page.getByRole('heading', { name: 'Change the document' }) });
  await expect(change.getByLabel('Name')).toBeFocused();
  await change.getByLabel('Name').fill('contract.pdf');
  await change.getByRole('button', { name: 'Save the change' }).click();
  await expect(change.locator('.field__error')).toContainText('Keep the ending of the name');
  await expect(change.getByLabel('Name')).toHaveValue('contract.pdf');
  await change.getByLabel('Name').fill('Agreement 2026');
  await change.getByRole('radio', { name: /Internal/ }).check();
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await change.getByRole('button', { name: 'Save the change' }).click();
  await expect(rows.first().getByRole('link')).toHaveText('Agreement 2026.txt');
  await expect(rows.first()).toContainText('Internal');

  await panel.getByRole('button', { name: 'Change Agreement 2026.txt' }).click();
  await change.getByRole('button', { name: 'Remove the document' }).click();
  await change.getByRole('button', { name: 'Remove for good' }).click();
  await expect(panel.getByText('There are no documents yet.')).toBeVisible();
  await page.setViewportSize({ width: 1280, height: 720 });
  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.getByText('Document removed')).toBeVisible();
  await expect(panel.getByText('Document added')).toBeVisible();
});

test('types of documents are added and removed, and no document is left without one', async ({ page, problems }) => {
  problems.allow(/status of 422/);
  await signIn(page);
  await page.goto('/staff/settings');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const types = page.locator('section', { has: page.getByRole('heading', { name: 'Types of documents' }) });
  const rows = types.getByRole('list', { name: 'Types' }).getByRole('listitem');
  const form = page.locator('section', { has: page.locator('#document-type-form-title') });
  await expect(rows).toHaveCount(2);
  await types.getByRole('button', { name: 'Add a type' }).click();
  await expect(form.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('other');
  await form.getByRole('button', { name: 'Save the type' }).click();
  await expect(form.locator('.field__error')).toHaveText('There is a type of this name. Choose another.');
  await expect(form.getByLabel('Name')).toHaveValue('other');
  await expectAccessible(page);
  await form.getByLabel('Name').fill('Contracts');
  await form.getByRole('button', { name: 'Save the type' }).click();
  await expect(rows).toHaveCount(3);
  await types.getByRole('button', { name: 'Change the type Contracts' }).click();
  await expectAccessible(page);
  await form.getByRole('button', { name: 'Remove the type' }).click();
  await expect(rows).toHaveCount(2);
});

test('a file that is dropped into the box is the one that is uploaded', async ({ page }) => {
  await signIn(page);
  await page.goto('/staff/customers?search=marlow');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Documents' }).click();
  const form = panel.getByRole('form', { name: 'New document' });
  await expect(form).toBeVisible();

  const path = test.info().outputPath('dropped.txt');
  writeFileSync(path, 'It fell in.');
  const box = (await form.locator('.drop').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  const browser = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await browser.send('Input.dispatchDragEvent', { type, x, y, data });
  }
  await form.getByLabel('Type').selectOption({ label: 'Other' });
  await form.getByRole('button', { name: 'Upload the document' }).click();
  const rows = panel.getByRole('list', { name: 'Documents, latest first' }).getByRole('listitem');
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText('dropped.txt');
  await expect(rows.first()).toContainText('Other · 11 bytes');
});
