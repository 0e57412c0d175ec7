// How customers may pay online: the company's rules, and what one customer is granted otherwise.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { signIn as signInAsPayer } from '../support/payer';
import { signIn } from '../support/staff';

test('a customer gets rules of its own, and loses them again', async ({ page, browser, problems }) => {
  test.setTimeout(180_000);
  problems.allow(/status of 4(22|09)/);
  await signIn(page);
  await page.goto('/staff/customers?search=foxglove');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Payments' }).click();
  await expect(page).toHaveURL(/tab=payments/);
  const online = panel.locator('section', { has: page.getByRole('heading', { name: 'Paying online' }) });
  await expect(online).toContainText('In the portal');
  await expect(online.locator('dd').filter({ hasText: 'as for everybody' })).toHaveCount(5);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  // A group's values are there when it is on, and start from what counts for everybody.
  await online.getByRole('button', { name: 'Change how it may pay' }).click();
  const surcharge = online.getByRole('group', { name: 'Credit card surcharge' });
  const percent = surcharge.getByLabel('Percent');
  await expect(percent).toBeHidden();
  await surcharge.getByRole('radio', { name: 'Taken' }).check();
  await expect(percent).toHaveValue('2.5');
  await percent.fill('3');
  await online.getByRole('button', { name: 'Save' }).click();
  await expect(surcharge.locator('.field__error')).toHaveText('A surcharge is from 0.01 % to 2.9 %, with two decimals at most.');
  await expect(percent).toHaveValue('3');
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await percent.fill('1');
  await online.getByRole('group', { name: 'Bank debits (ACH)' }).getByRole('radio', { name: 'Not accepted' }).check();
  const parts = online.getByRole('group', { name: 'Partial payments' });
  await expect(parts).toContainText('As for everybody: not accepted');
  await parts.getByRole('radio', { name: 'Accepted', exact: true }).check();
  await online.getByRole('radio', { name: /portal is closed/ }).check();
  await online.getByRole('button', { name: 'Save' }).click();
  await expect(online).toContainText('Saved. It counts from now on.');
  await expect(online).toContainText('Off; the portal is closed');
  await expect(online).toContainText('1% always');
  await expect(online.locator('dd').filter({ hasText: 'its own' })).toHaveCount(3);
  await expect(online.locator('dd').filter({ hasText: /^Accepted \(its own\)$/ })).toHaveCount(1);
  await expectAccessible(page);

  // The payer is told whom to ask, on every page.
  const context = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const payer = await context.newPage();
  await signInAsPayer(payer, 'bills@foxglove.example');
  await expect(payer.getByRole('heading', { name: 'Your account is not open here at the moment' }).first()).toBeAttached();
  await expect(payer.getByText('Please speak to Ruth Adeyemi about your invoices.')).toBeVisible();
  await expectAccessible(payer);
  await payer.goto('/portal/paid');
  await expect(payer).toHaveURL(/\/portal$/);
  await context.close();

  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__item').first()).toContainText('off; the portal is closed');
  await expect(panel.locator('.history__item').first()).toContainText('not accepted');
  await expect(panel.locator('.history__item').first()).toContainText('Partial payments');

  await panel.locator('.tabs__item', { hasText: 'Payments' }).click();
  await online.getByRole('button', { name: 'Change how it may pay' }).click();
  await online.getByRole('button', { name: /Reset everything/ }).click();
  await expect(online.locator('dd').filter({ hasText: 'as for everybody' })).toHaveCount(5);
  await expect(online).toContainText('In the portal');
});

test('the company’s rules are checked and kept', async ({ page, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 422/);
  await signIn(page);
  await page.goto('/staff/settings');
  const rules = page.locator('section', { has: page.getByRole('heading', { name: 'Online payments' }) });
  await expect(rules.getByLabel('Take payments in the portal')).toBeChecked();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await rules.getByLabel('First day of the surcharge').fill('2020-01-01');
  await rules.getByRole('button', { name: 'Save the rules' }).click();
  await expect(rules.locator('.field__error')).toHaveText('Card networks want to know 30 days ahead. Choose a later day.');
  await expectAccessible(page);
  await page.reload();
  const discount = rules.getByRole('group', { name: 'Discount for paying by bank' });
  await discount.getByLabel('Percent').fill('0.75');
  const parts = rules.getByRole('group', { name: 'Partial payments' });
  await expect(parts.getByText('The rest stays open')).toBeHidden();
  await parts.getByRole('radio', { name: 'Accepted', exact: true }).check();
  await expect(parts.getByText('The rest stays open')).toBeVisible();
  await rules.getByRole('button', { name: 'Save the rules' }).click();
  await expect(rules.getByText('Saved. Prices that are shown from now on follow it.')).toBeVisible();
  await page.reload();
  await expect(discount.getByLabel('Percent')).toHaveValue('0.75');
  await expect(parts.getByRole('radio', { name: 'Accepted', exact: true })).toBeChecked();
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page);
});
