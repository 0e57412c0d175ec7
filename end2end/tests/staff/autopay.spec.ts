// Autopay as the staff see it: inviting to it, what it is set to, and keeping one invoice out of it.

import { addAccount, agree, readTerms } from '../support/autopay';
import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { mailSentBy } from '../support/mail';
import { signIn as signInAsPayer } from '../support/payer';
import { signIn } from '../support/staff';

const PAYER = 'accounts@cedarrow.example';

test('a customer is invited to autopay, and one invoice is kept out of it', async ({ page, browser, server }) => {
  test.setTimeout(180_000);
  await signIn(page);
  await page.goto('/staff/customers?search=cedar+row');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  await page.locator('table.data-table tbody a[data-open]').first().click();
  const panel = page.locator('#panel');
  await panel.locator('.tabs__item', { hasText: 'Payments' }).click();
  const autopay = panel.locator('section', { has: page.getByRole('heading', { name: 'Autopay' }) }).last();
  await expect(autopay).toContainText('Off.');
  await autopay.getByRole('button', { name: 'Invite to autopay' }).focus();
  await page.keyboard.press('Enter');
  await expect(autopay.getByRole('button', { name: 'Send it' })).toBeFocused();
  await expectAccessible(page);
  const mail = await mailSentBy(server.url, PAYER, () => page.keyboard.press('Enter'), { subject: /paid automatically/ });
  await expect(autopay.getByRole('status')).toContainText(PAYER);
  expect(mail.text).toContain('/portal/autopay');

  // The payer sets it up, also for what is open; the panel says so at once.
  const context = await browser.newContext({ baseURL: server.url });
  const payer = await context.newPage();
  await signInAsPayer(payer, PAYER);
  await payer.goto('/portal/autopay');
  await addAccount(payer, 'Cedar Row');
  await payer.getByRole('radio', { name: /On the due date/ }).check();
  await payer.getByLabel('Also pay what is open now').check();
  await readTerms(payer);
  await agree(payer);
  await expect(payer.getByRole('heading', { name: 'Autopay is on' })).toBeVisible();
  await context.close();
  await expect(autopay).toContainText('On the due date');
  await expect(autopay).toContainText(PAYER);
  await expect(autopay.getByRole('button', { name: 'Invite to autopay' })).toHaveCount(0);
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 720 });
  await expectNoHorizontalScroll(page, [320]);
  await page.setViewportSize({ width: 1280, height: 800 });
  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel).toContainText('Enrolled in autopay');
  await expect(panel).toContainText('Invited to autopay');

  // One invoice is kept out of it, and let in again.
  await page.goto('/staff/invoices?search=cedar+row');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const row = page.locator('tr[data-row]').first();
  await expect(row).toContainText('Autopay');
  await row.locator('th a').click();
  const expected = panel.locator('section', { has: page.getByRole('heading', { name: 'When the money comes' }) });
  await expect(expected).toContainText('It will be charged by itself on this day.');
  await expected.getByRole('button', { name: 'Change' }).click();
  await expected.getByLabel('Status').selectOption('Autopay on hold');
  await expectAccessible(page);
  await expected.getByRole('button', { name: 'Save' }).click();
  await expect(expected).toContainText('Saved.');
  await expect(row).toContainText('Autopay on hold');
  await expected.getByRole('button', { name: 'Change' }).click();
  await expected.getByLabel('Status').selectOption('Charge it by itself again');
  await expected.getByRole('button', { name: 'Save' }).click();
  await expect(expected).toContainText('It will be charged by itself on this day.');
});
