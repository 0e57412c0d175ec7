// Promises to pay: recorded with the keyboard, refused by field, named when two people are at it, cancelled.

import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/staff';

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

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
  await page.locator('#panel .tabs__item', { hasText: 'Payments' }).click();
  await expect(page).toHaveURL(/tab=payments/);
  return section(page);
}

const section = (page: Page) =>
  page.locator('#panel section', { has: page.getByRole('heading', { name: 'Promises to pay' }) });

const ticks = (part: Locator) => part.getByRole('group', { name: 'Invoices' }).getByRole('checkbox', { disabled: false });

test('a promise is recorded with the keyboard, and cancelled', async ({ page, problems }) => {
  test.setTimeout(240_000);
  problems.allow(/status of 422/);
  await signIn(page);
  const part = await open(page, 'foxglove');
  await expect(part).toContainText('Nothing was promised yet.');
  await tabTo(page, part.getByRole('button', { name: 'Record promise' }));
  await page.keyboard.press('Enter');
  const wrong = part.locator('.field__error');
  const save = part.getByRole('button', { name: 'Save' });
  await tabTo(page, save);
  await page.keyboard.press('Enter');
  await expect(wrong).toHaveText('Tick at least one invoice.');
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page, [320]);
  await page.setViewportSize({ width: 1280, height: 800 });

  // What is wrong is said under its field, and what was typed stays.
  await expect(part.getByRole('status').filter({ hasText: 'Nothing is ticked.' })).toBeVisible();
  await tabTo(page, ticks(part).first());
  await page.keyboard.press('Space');
  await expect(part.getByRole('status').filter({ hasText: '1 invoice ticked' })).toBeVisible();
  await tabTo(page, part.getByLabel('Amount'));
  await page.keyboard.type('99,999,999.00');
  await tabTo(page, save);
  await page.keyboard.press('Enter');
  await expect(wrong).toHaveText('This is more than is open on the ticked invoices.');
  await expect(part.getByLabel('Amount')).toHaveAttribute('aria-invalid', 'true');
  await expect(ticks(part).first()).toBeChecked();
  await part.getByLabel('Amount').fill('1.00');
  await tabTo(page, save);
  await page.keyboard.press('Enter');
  await expect(wrong).toHaveText('Choose the day by which they pay.');
  await part.getByLabel('By', { exact: true }).fill(inDays(6));
  await tabTo(page, part.getByLabel('How they told you'));
  await page.keyboard.type('Tex');
  await tabTo(page, part.getByLabel('Note'));
  await page.keyboard.type('After the harvest fair');
  await page.keyboard.press('Enter');
  await expect(part).toContainText('Recorded.');
  const rows = part.locator('.history__item');
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText('$1.00 by');
  await expect(rows.first()).toContainText('Promised');
  await expect(rows.first()).toContainText('Text message');
  await expect(rows.first()).toContainText('After the harvest fair');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  // Its invoice is promised, and the customer's history tells it.
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__item').first()).toContainText('Promise recorded');
  await expect(panel.locator('.history__item').first()).toContainText('After the harvest fair');
  await expectAccessible(page);
  await panel.locator('.tabs__item', { hasText: 'Payments' }).click();

  // Cancelling is asked about first.
  await part.getByRole('button', { name: /^Cancel the promise of/ }).click();
  await expect(part.getByRole('button', { name: 'Cancel the promise', exact: true })).toBeFocused();
  await expectAccessible(page);
  await part.getByRole('button', { name: 'Keep it' }).click();
  await expect(rows.first()).toContainText('Promised');
  await tabTo(page, part.getByRole('button', { name: /^Cancel the promise of/ }));
  await page.keyboard.press('Enter');
  await expect(part.getByRole('button', { name: 'Cancel the promise', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(part).toContainText('The promise is cancelled.');
  await expect(rows.first()).toContainText('Cancelled');
  await expect(part.getByRole('button', { name: /^Cancel the promise of/ })).toHaveCount(0);
  await expect(part.getByRole('button', { name: 'Record promise' })).toBeFocused();
});

test('an invoice that somebody else promised meanwhile is named', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 4(09|22)/, /staff\/live/);
  await signIn(page);
  const ours = await open(page, 'kestrel');
  const other = await page.context().newPage();
  await other.route('**/staff/live', (route) => route.abort());
  await other.goto(page.url());
  await expect(other.locator('html[data-hydrated]')).toHaveCount(1);
  const theirs = section(other);
  for (const part of [ours, theirs]) {
    await part.getByRole('button', { name: 'Record promise' }).click();
    await ticks(part).first().check();
    await part.getByLabel('By', { exact: true }).fill(inDays(4));
  }
  const number = ((await ticks(theirs).first().locator('xpath=..').textContent()) ?? '').split(',')[0];
  await ours.getByRole('button', { name: 'Save' }).click();
  await expect(ours).toContainText('Recorded.');
  await theirs.getByRole('button', { name: 'Save' }).click();
  await expect(theirs.locator('.field__error')).toContainText(`Invoice ${number} is in another open promise.`);
  await expectAccessible(other);
  await theirs.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(theirs.getByRole('button', { name: 'Record promise' })).toBeFocused();
  await other.close();
});

test('days of grace are a setting', async ({ page }) => {
  await signIn(page);
  await page.goto('/staff/settings');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const grace = page.getByRole('combobox', { name: 'When a promise counts as broken' });
  await expect(grace).toHaveValue('0');
  const saved = page.waitForResponse('**/api/staff/settings/promise_grace');
  await grace.selectOption('2 days later');
  expect((await saved).status()).toBe(200);
  await page.reload();
  await expect(grace).toHaveValue('2');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});

test('setting an invoice to Promised records a promise', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await page.goto('/staff/invoices?search=foxglove');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const link = page.locator('tr[data-row] th a').first();
  const number = (await link.textContent()) ?? '';
  await link.click();
  const panel = page.locator('#panel');
  const expected = panel.locator('section', { has: page.getByRole('heading', { name: 'When the money comes' }) });
  await expected.getByRole('button', { name: 'Change' }).click();
  await expected.getByLabel('Status').selectOption('Promised');
  await expected.getByLabel('Expected on').fill(inDays(8));
  await expected.getByRole('button', { name: 'Save' }).click();
  await expect(expected).toContainText('Promised by the customer.');
  await panel.locator('.panel__sub a').click();
  await panel.locator('.tabs__item', { hasText: 'Payments' }).click();
  const promise = section(page).locator('.history__item').filter({ hasText: number }).first();
  await expect(promise).toContainText('Promised');
});
