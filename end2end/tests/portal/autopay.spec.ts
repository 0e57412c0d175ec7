// Automatic payment: agreed to, changed and ended. Runs with script and without.

import { type Page } from '@playwright/test';
import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { mailSentBy } from '../support/mail';
import { signIn } from '../support/payer';

const PAYER = 'accounts@cedarrow.example';

/** Adds a bank account on the processor's page, and comes back to the page of autopay. */
async function addAccount(page: Page) {
  await page.getByRole('button', { name: /Add a bank account/ }).click();
  await expect(page).toHaveURL(/\/sandbox\/setup\//);
  await page.locator('input[name="routing"]').fill('110000000');
  await page.locator('input[name="account"]').fill('000123456789');
  await page.locator('select[name="holder"]').selectOption('company');
  await page.locator('input[name="holder_name"]').fill('Cedar Row');
  await page.locator('form button[type="submit"]').first().click();
  await expect(page).toHaveURL(/\/portal\/autopay/);
}

test('autopay is agreed to, changed and ended', async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, PAYER);
  await page.goto('/portal/autopay');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Autopay');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await addAccount(page);

  // On the invoice date from a bank account: not without a limit.
  await page.getByRole('radio', { name: /On the invoice date/ }).check();
  await page.getByRole('button', { name: 'Read what you agree to' }).click();
  await expect(page.locator('#ceiling-error')).toContainText('needs a limit');
  await expectAccessible(page);
  await page.getByLabel('At most, for one charge').fill('5,000.00');
  await page.getByRole('button', { name: 'Read what you agree to' }).click();
  await expect(page.locator('#consent')).toContainText('I authorize');
  await expect(page.locator('#consent')).toContainText('$5,000.00');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await page.getByLabel('I have read this, and I agree').check();
  const base = new URL(page.url()).origin;
  const agree = () => page.getByRole('button', { name: 'Turn autopay on' }).click();
  const mail = await mailSentBy(base, PAYER, agree, { subject: /Autopay .* is on/ });
  expect(mail.text).toContain('I authorize');
  await expect(page.getByRole('heading', { name: 'Autopay is on' })).toBeVisible();
  await expect(page.locator('.facts')).toContainText('On the invoice date');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  // Changed: the due date.
  await page.getByRole('radio', { name: /On the due date/ }).check();
  await page.getByRole('button', { name: 'Read what you agree to' }).click();
  await page.getByLabel('I have read this, and I agree').check();
  await page.getByRole('button', { name: 'Turn autopay on' }).click();
  await expect(page.locator('.facts')).toContainText('On the due date');

  // Ended, after a question.
  await page.getByRole('link', { name: 'Cancel autopay' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cancel autopay?');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await page.getByRole('button', { name: 'Cancel autopay' }).click();
  await expect(page.getByRole('heading', { name: 'Autopay is off' })).toBeVisible();
  await expect(page.locator('.facts')).toHaveCount(0);
});
