// When the money of an invoice is expected: the invoice's own panel, deciding it, and its history.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn } from '../support/staff';

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

test('an invoice has a panel of its own, where a promise is kept and undone', async ({ page, problems }) => {
  test.setTimeout(180_000);
  problems.allow(/status of 422/);
  await signIn(page);
  await page.goto('/staff/invoices?search=foxglove');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const link = page.locator('tr[data-row] th a').first();
  const number = (await link.textContent()) ?? '';
  await link.click();
  const panel = page.locator('#panel');
  await expect(panel.locator('h2').first()).toHaveText(number);
  await expect(page).toHaveURL(/invoice=/);
  const expected = panel.locator('section', { has: page.getByRole('heading', { name: 'When the money comes' }) });
  await expect(expected).toContainText(/Predicted|Late/);
  await expect(panel.getByRole('heading', { name: 'Lines' })).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  await expected.getByRole('button', { name: 'Change' }).click();
  await expect(expected.getByLabel('Expected on')).toBeHidden();
  await expected.getByLabel('Status').selectOption('Promised');
  await expected.getByRole('button', { name: 'Save' }).click();
  await expect(expected.locator('.field__error')).toHaveText('Choose the day on which the money is expected.');
  await expectAccessible(page);
  await expected.getByLabel('Expected on').fill(inDays(6));
  await expected.getByRole('button', { name: 'Save' }).click();
  await expect(expected).toContainText('Saved.');
  await expect(expected).toContainText('Promised by the customer.');
  const row = page.locator('tr[data-row]', { hasText: number });
  await expect(row).toContainText('Promised');

  await expected.getByRole('button', { name: 'Change' }).click();
  await expected.getByLabel('Status').selectOption('On hold');
  await expected.getByLabel('Why').selectOption('The delivery');
  await expected.getByLabel('What else is to be known').fill('Two boxes are missing');
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page, [320]);
  await expectAccessible(page);
  await expected.getByRole('button', { name: 'Save' }).click();
  await expect(expected).toContainText('Two boxes are missing');
  await page.setViewportSize({ width: 1280, height: 800 });

  // What happened to the invoice is not the customer's history, unless it is asked for.
  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__item').first()).toContainText('Two boxes are missing');
  await expectAccessible(page);
  await panel.locator('.panel__sub a').click();
  await expect(page).not.toHaveURL(/invoice=/);
  await expect(panel.locator('h2').first()).toContainText('Foxglove');
  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__item').first()).toBeVisible();
  await expect(panel).not.toContainText('Two boxes are missing');
  await panel.getByRole('link', { name: 'Single invoices too' }).click();
  await expect(panel).toContainText('Two boxes are missing');
  await expect(panel).toContainText(`Expectation of ${number}`);

  // Back to what the calendar says.
  await panel.locator('.tabs__item', { hasText: 'Invoices' }).click();
  await panel.getByRole('link', { name: number, exact: true }).click();
  await expected.getByRole('button', { name: 'Change' }).click();
  await expected.getByLabel('Status').selectOption({ index: 0 });
  await expected.getByRole('button', { name: 'Save' }).click();
  await expect(expected).toContainText(/Predicted|Late/);
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
});

test('the list is filtered and sorted by what is expected', async ({ page }) => {
  await signIn(page);
  await page.goto('/staff/invoices');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.getByRole('link', { name: 'Expected' }).click();
  await expect(page).toHaveURL(/sort=expected/);
  await page.goto('/staff/invoices?status=promised');
  await expect(page.locator('tr[data-row]')).not.toHaveCount(0);
  for (const row of await page.locator('tr[data-row]').all()) {
    await expect(row).toContainText('Promised');
  }
  await expect(page.locator('.filter-chip')).toHaveText(/Promised/);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});

test('how to reach a customer is changed without losing what the books say', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 4(22|09)/);
  await signIn(page);
  await page.goto('/staff/customers?search=foxglove');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  const reach = panel.locator('section', { has: page.getByRole('heading', { name: 'How to reach them' }) });
  const before = (await reach.locator('a[href^="tel:"]').textContent()) ?? '';
  await reach.getByRole('button', { name: 'Change how to reach them' }).click();
  await reach.getByLabel('Website').fill('javascript:alert(1)');
  await reach.getByRole('button', { name: 'Save' }).click();
  await expect(reach.locator('.field__error')).toHaveText('Enter an address such as www.example.com.');
  await expectAccessible(page);
  await reach.getByLabel('Website').fill('www.foxglove.example');
  await reach.getByLabel('Phone').fill('+1 404 555 0199');
  await reach.getByRole('group', { name: 'Goods go to' }).getByLabel('Street').fill('7 Dock Lane');
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page, [320]);
  await page.setViewportSize({ width: 1280, height: 800 });

  // Somebody else is faster.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(other.locator('html[data-hydrated]')).toHaveCount(1);
  const theirs = other.locator('#panel section', { has: other.getByRole('heading', { name: 'How to reach them' }) });
  await theirs.getByRole('button', { name: 'Change how to reach them' }).click();
  await theirs.getByLabel('Phone').fill('+1 404 555 0188');
  await theirs.getByRole('button', { name: 'Save' }).click();
  await expect(theirs).toContainText('Saved.');
  await other.close();
  await reach.getByRole('button', { name: 'Save' }).click();
  await expect(reach).toContainText('It was changed meanwhile');
  await expect(reach).toContainText(`Phone: “+1 404 555 0188” was “${before}”`);
  await expect(reach.getByLabel('Phone')).toHaveValue('+1 404 555 0199');
  await reach.getByRole('button', { name: 'Show what is there now' }).click();
  await expect(reach).toContainText('+1 404 555 0188');
  await expect(reach).toContainText(`the books say “${before}”`);
  await expectAccessible(page);

  await reach.getByRole('button', { name: 'Change how to reach them' }).click();
  await reach.getByLabel('Phone').fill(before);
  await reach.getByRole('group', { name: 'Goods go to' }).getByLabel('Street').fill('7 Dock Lane');
  await reach.getByRole('button', { name: 'Save' }).click();
  await expect(reach).toContainText('7 Dock Lane');
  await expect(reach).not.toContainText('the books say');
  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__item').first()).toContainText('7 Dock Lane');
});

test('many invoices are decided at once', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 422/);
  await signIn(page);
  await page.goto('/staff/invoices?search=foxglove');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const boxes = page.locator('tr[data-row] .tick input');
  await boxes.first().check();
  await page.getByRole('checkbox', { name: 'Choose all invoices shown' }).check();
  const bar = page.locator('.bulk');
  await expect(bar).toContainText(`${await boxes.count()} invoices chosen`);
  await bar.getByRole('button', { name: 'Decide when the money comes' }).click();
  await bar.getByLabel('Status').selectOption('Estimated');
  await bar.getByRole('button', { name: 'Apply to all chosen' }).click();
  await expect(bar.locator('.field__error')).toHaveText('Choose the day on which the money is expected.');
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page, [320]);
  await page.setViewportSize({ width: 1280, height: 800 });
  await bar.getByLabel('Expected on').fill(inDays(9));
  await bar.getByRole('button', { name: 'Apply to all chosen' }).click();
  await expect(bar).toContainText('decided.');
  const rows = page.locator('tr[data-row]');
  for (const row of await rows.all()) await expect(row).toContainText('Estimated');
  // And back.
  await page.getByRole('checkbox', { name: 'Choose all invoices shown' }).check();
  await bar.getByRole('button', { name: 'Decide when the money comes' }).click();
  await bar.getByRole('button', { name: 'Apply to all chosen' }).click();
  await expect(bar).toContainText('decided.');
  for (const row of await rows.all()) await expect(row).not.toContainText('Estimated');
});

test('the portal is seen as a contact sees it, and nothing in it can be changed', async ({ page, context, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 409/);
  await signIn(page);
  await page.goto('/staff/customers?search=foxglove');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Contacts' }).click();
  const opened = context.waitForEvent('page');
  await panel.getByRole('button', { name: /^View the portal as/ }).first().click();
  const portal = await opened;
  await expect(portal.getByText('Nothing can be changed.')).toBeVisible();
  await expectAccessible(portal);
  await expectNoHorizontalScroll(portal);
  await portal.close();
  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__item').first()).toContainText('Portal viewed as');
  await panel.getByLabel('How it was on').fill(inDays(0));
  await panel.getByRole('button', { name: 'Show' }).click();
  await expect(panel.getByRole('heading', { name: /^At the end of/ })).toBeVisible();
  await expect(panel).toContainText('Foxglove');
  await expectAccessible(page);
});
