// Every tab of the panel: with the keyboard alone, when somebody else is faster, for somebody who may change
// nothing, and when it cannot be read.

import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/staff';

/** Presses Tab until an element has the focus; fails when it is not come by. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not come by ${target}`);
}

async function open(page: Page, search: string): Promise<Locator> {
  await page.goto(`/staff/customers?search=${search}`);
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  return page.locator('#panel');
}

const tab = (panel: Locator, name: string) => panel.locator('.tabs__item', { hasText: name });

test('every tab is used with the keyboard alone', async ({ page }) => {
  test.setTimeout(240_000);
  await signIn(page);
  await page.goto('/staff/customers?search=kestrel');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const name = page.locator('table.data-table tbody a[data-open]').first();
  await tabTo(page, name);
  await page.keyboard.press('Enter');
  const panel = page.locator('#panel');
  await expect(panel).toBeVisible();

  // Summary: how to reach them.
  await tabTo(page, panel.getByRole('button', { name: 'Change how to reach them' }));
  await page.keyboard.press('Enter');
  await tabTo(page, panel.getByLabel('Website'));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('kestrel.example');
  await page.keyboard.press('Enter');
  await expect(panel.getByText('Saved.', { exact: false }).first()).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Change how to reach them' })).toBeFocused();

  await tabTo(page, tab(panel, 'Contacts'));
  await page.keyboard.press('Enter');
  await tabTo(page, panel.getByRole('button', { name: 'Add a contact' }));
  await page.keyboard.press('Enter');
  await expect(panel.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('Key Board');
  await tabTo(page, panel.getByLabel('E-mail'));
  await page.keyboard.type('keys@kestrel.example');
  await tabTo(page, panel.getByLabel('Role', { exact: true }));
  await page.keyboard.type('Oth');
  await tabTo(page, panel.getByRole('button', { name: 'Save' }));
  await page.keyboard.press('Enter');
  await expect(panel.locator('.history__item', { hasText: 'keys@kestrel.example' })).toBeVisible();

  await tabTo(page, tab(panel, 'Payments'));
  await page.keyboard.press('Enter');
  await tabTo(page, panel.getByRole('button', { name: 'Change how it may pay' }));
  await page.keyboard.press('Enter');
  const bank = panel.getByRole('group', { name: 'Bank debits (ACH)' });
  await tabTo(page, bank.getByRole('radio').first());
  await page.keyboard.press('ArrowUp'); // the last of them, round the corner
  await expect(bank.getByRole('radio', { name: 'Not accepted' })).toBeChecked();
  await page.keyboard.press('Enter');
  await expect(panel.getByText('Saved. It counts from now on.')).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Change how it may pay' })).toBeFocused();

  await tabTo(page, tab(panel, 'Notes'));
  await page.keyboard.press('Enter');
  await tabTo(page, panel.getByLabel('New note'));
  await page.keyboard.type('Written without a mouse');
  await tabTo(page, panel.getByRole('button', { name: 'Add the note' }));
  await page.keyboard.press('Enter');
  await expect(panel.locator('.history__note').first()).toHaveText('Written without a mouse');

  await tabTo(page, tab(panel, 'Documents'));
  await page.keyboard.press('Enter');
  const form = panel.getByRole('form', { name: 'New document' });
  // Asked for before the way there: the browser is told of it without a word back, and a key that comes
  // at once would open the real dialog.
  const chooser = page.waitForEvent('filechooser', { timeout: 60_000 });
  await tabTo(page, form.getByLabel(/Choose a file/));
  await page.keyboard.press('Enter');
  await (await chooser).setFiles({ name: 'keys.txt', mimeType: 'text/plain', buffer: Buffer.from('Without a mouse.') });
  await tabTo(page, form.getByLabel('Type'));
  await page.keyboard.type('Oth');
  await tabTo(page, form.getByRole('button', { name: 'Upload the document' }));
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('link', { name: 'keys.txt' })).toBeVisible();

  await tabTo(page, tab(panel, 'History'));
  await page.keyboard.press('Enter');
  await expect(panel.locator('.history__what').first()).toHaveText('Document added');
  await tabTo(page, panel.locator('.pills__item', { hasText: 'Notes' }));
  await page.keyboard.press('Enter');
  await expect(panel.locator('.history__item', { hasText: 'Written without a mouse' })).toBeVisible();

  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(name).toBeFocused();
});

test('in every tab the second of two people is told, and nothing is overwritten', async ({ page, problems }) => {
  test.setTimeout(240_000);
  problems.allow(/status of 409/, /staff\/live/);
  await signIn(page);
  const panel = await open(page, 'birch');
  await tab(panel, 'Notes').click();
  await panel.getByLabel('New note').fill('First');
  await panel.getByRole('button', { name: 'Add the note' }).click();
  await expect(panel.locator('.history__note').first()).toHaveText('First');
  await tab(panel, 'Documents').click();
  const form = panel.getByRole('form', { name: 'New document' });
  await form.getByLabel('Type').selectOption({ label: 'Other' });
  await form.getByLabel(/Choose a file/).setInputFiles({ name: 'one.txt', mimeType: 'text/plain', buffer: Buffer.from('One.') });
  await form.getByRole('button', { name: 'Upload the document' }).click();
  await expect(panel.getByRole('link', { name: 'one.txt' })).toBeVisible();

  const other = await page.context().newPage();
  await other.route('**/staff/live', (route) => route.abort());
  await other.goto(page.url());
  await expect(other.locator('html[data-hydrated]')).toHaveCount(1);
  const theirs = other.locator('#panel');

  await theirs.getByRole('button', { name: 'Change one.txt' }).click();
  await theirs.getByLabel('Name').fill('theirs');
  await panel.getByRole('button', { name: 'Change one.txt' }).click();
  await panel.getByLabel('Name').fill('ours');
  await panel.getByRole('button', { name: 'Save the change' }).click();
  await expect(panel.getByRole('link', { name: 'ours.txt' })).toBeVisible();
  await theirs.getByRole('button', { name: 'Save the change' }).click();
  await expect(theirs.getByText('It was changed meanwhile')).toBeVisible();
  await expectAccessible(other);
  await expect(theirs.getByRole('link', { name: 'ours.txt' })).toBeVisible();

  await tab(theirs, 'Notes').click();
  await theirs.getByRole('button', { name: 'Change' }).first().click();
  await theirs.getByLabel('Change your note').fill('Theirs');
  await tab(panel, 'Notes').click();
  await panel.getByRole('button', { name: 'Change' }).first().click();
  await panel.getByLabel('Change your note').fill('Ours');
  await panel.getByRole('button', { name: 'Save the change' }).click();
  await expect(panel.locator('.history__note').first()).toHaveText('Ours');
  await theirs.getByRole('button', { name: 'Save the change' }).click();
  await expect(theirs.getByText('Somebody else saved another version')).toBeVisible();
  await expect(theirs.getByLabel('Change your note')).toHaveValue('Theirs');
  await expect(theirs.locator('.notice', { hasText: 'It says now:' })).toContainText('Ours');
  await expectAccessible(other);
  // Who has read it may put theirs in its place.
  await theirs.getByRole('button', { name: 'Save the change' }).click();
  await expect(theirs.locator('.history__note').first()).toHaveText('Theirs');
  await expect(theirs.getByText('It says now:')).toHaveCount(0);

  await tab(theirs, 'Payments').click();
  await theirs.getByRole('button', { name: 'Change how it may pay' }).click();
  await theirs.getByRole('radio', { name: /open for reading/ }).check();
  await tab(panel, 'Payments').click();
  await panel.getByRole('button', { name: 'Change how it may pay' }).click();
  await panel.getByRole('radio', { name: /portal is closed/ }).check();
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel).toContainText('Off; the portal is closed');
  await theirs.getByRole('button', { name: 'Save' }).click();
  await expect(theirs.getByText('It was changed meanwhile')).toBeVisible();
  await expect(theirs.getByText('It was changed meanwhile')).toBeInViewport();
  await expect(theirs.getByText('Online payments: “Off; the portal is closed')).toBeVisible();
  await expect(theirs.getByRole('radio', { name: /open for reading/ })).toBeChecked();
  await expectAccessible(other);
  await theirs.getByRole('button', { name: 'Show what is there now' }).click();
  await expect(theirs).toContainText('Off; the portal is closed');
  await other.close();
});

const READ = [
  ['Contacts', '**/api/staff/contacts/list**'],
  ['Payments', '**/api/staff/customers/payment_overrides**'],
  ['History', '**/api/staff/history/list**'],
  ['Notes', '**/api/staff/notes/list**'],
  ['Documents', '**/api/staff/documents/list**'],
] as const;

test('a tab that cannot be read says so, and the others stay', async ({ page, problems }) => {
  test.setTimeout(240_000);
  problems.allow(/status of 500/);
  await signIn(page);
  const panel = await open(page, 'foxglove');
  for (const [name, path] of READ) {
    await page.route(path, (route) => route.fulfill({ status: 500, contentType: 'application/json', body: '{"code":"internal"}' }));
    await tab(panel, name).click();
    await expect(panel.getByRole('alert').first()).toBeVisible();
    await expect(tab(panel, 'Summary')).toBeVisible();
    await expectAccessible(page);
    await expectNoHorizontalScroll(page);
    await page.unroute(path);
  }
});

test('a choice that cannot be written is put back, and the reason is said', async ({ page, problems }) => {
  problems.allow(/status of 500|net::ERR_FAILED/);
  await signIn(page);
  const panel = await open(page, 'foxglove');
  const workflow = panel.getByRole('combobox', { name: 'Reminder workflow' });
  await expect(workflow.getByRole('option')).not.toHaveCount(1);
  const was = await workflow.inputValue();
  const write = '**/api/staff/customers/assign_workflow**';
  const read = '**/api/staff/customers/panel**';
  for (const [status, said] of [
    [0, 'Your connection may be down'],
    [500, 'Nothing you saved before is lost'],
  ] as const) {
    // Nothing can be read meanwhile either.
    await page.route(read, (route) => route.abort());
    await page.route(write, (route) =>
      status ? route.fulfill({ status, contentType: 'application/json', body: '{"code":"internal"}' }) : route.abort(),
    );
    await workflow.selectOption({ index: 1 });
    await expect(panel.getByRole('alert')).toContainText(said);
    await expect(workflow).toHaveValue(was);
    await expectAccessible(page);
    await page.unroute(write);
    await page.unroute(read);
  }
});

test('what was typed and not saved is not lost without a question', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page);
  const panel = await open(page, 'foxglove');
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await panel.getByRole('button', { name: 'Change how to reach them' }).click();
  await panel.getByLabel('Website').fill('www.foxglove.example');
  const palette = async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Customer, invoice or payment' }).fill('kestrel');
    await page.getByRole('listbox', { name: 'Results' }).getByRole('option').first().click();
  };
  const search = async () => {
    await page.getByRole('searchbox').first().fill('kestrel');
    await page.keyboard.press('Enter');
  };
  const here = page.url();
  for (const leave of [
    () => page.keyboard.press('Escape'),
    () => tab(panel, 'Notes').click(),
    palette,
    search,
    () => page.evaluate(() => history.back()),
  ]) {
    await leave();
    await expect(question).toBeVisible();
    await expect(question.getByRole('button', { name: 'Stay' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(question).toBeHidden();
    await expect(panel.getByLabel('Website')).toHaveValue('www.foxglove.example');
    expect(page.url()).toBe(here);
  }
  // The browser asks in its own words before the page itself is left.
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await tab(panel, 'Notes').click();
  await expect(question).toBeVisible();
  await expectAccessible(page);
  await question.getByRole('button', { name: 'Leave' }).click();
  await expect(panel.getByLabel('New note')).toBeVisible();
  // A note that is begun is kept, so nobody is asked; nor when nothing was typed, or when it was saved.
  await panel.getByLabel('New note').fill('Begun');
  await tab(panel, 'Summary').click();
  await expect(panel.getByRole('heading', { name: 'Who pays' })).toBeVisible();
  await expect(panel.getByLabel('Website')).not.toHaveValue('www.foxglove.example');
  await palette();
  await expect(panel.locator('h2').first()).toContainText('Kestrel');
  await page.goBack();
  await expect(panel.locator('h2').first()).toContainText('Foxglove');
  await tab(panel, 'Notes').click();
  await expect(panel.getByLabel('New note')).toHaveValue('Begun');
  // Only loading the page would lose it, and the browser asks before that.
  const again = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  await (await again).dismiss();
  await panel.getByLabel('New note').fill('');
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
});

test('a day that is none is said under the field, and the history stays', async ({ page, problems }) => {
  problems.allow(/status of 422/);
  await signIn(page);
  const panel = await open(page, 'foxglove');
  await tab(panel, 'History').click();
  await expect(panel.locator('.history__item').first()).toBeVisible();
  await page.goto(`${page.url()}&on=2026-02-31`);
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await expect(panel.locator('.field__error')).toHaveText(/day|date/i);
  await expect(panel.getByLabel('How it was on')).toHaveAttribute('aria-invalid', 'true');
  await expect(panel.locator('.history__item').first()).toBeVisible();
  await expectAccessible(page);
  await panel.getByLabel('How it was on').fill(new Date().toISOString().slice(0, 10));
  await panel.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(panel.locator('.field__error')).toHaveCount(0);
  await expect(panel.getByLabel('How it was on')).not.toHaveAttribute('aria-invalid', 'true');
});

test('Back leads where it would have led, once somebody says so', async ({ page }) => {
  await signIn(page);
  const panel = await open(page, 'foxglove');
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  const here = page.url();
  await tab(panel, 'Contacts').click();
  await expect(page).not.toHaveURL(here);
  const contacts = page.url();
  await panel.getByRole('button', { name: 'Add a contact' }).click();
  await panel.getByLabel('Name', { exact: true }).fill('Begun');
  await page.evaluate(() => history.back());
  await expect(question).toBeVisible();
  await expect(page).toHaveURL(contacts);
  await question.getByRole('button', { name: 'Leave' }).click();
  await expect(question).toBeHidden();
  await expect(page).toHaveURL(here);
  await expect(panel.getByRole('heading', { name: 'Who pays' })).toBeVisible();
  // Nothing is begun any more.
  await page.evaluate(() => history.back());
  await expect(panel).toHaveCount(0);
});
