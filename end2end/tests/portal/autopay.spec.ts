// Automatic payment: agreed to, changed and ended. Runs with script and without.

import { addAccount, agree, readTerms } from '../support/autopay';
import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { mailSentBy } from '../support/mail';
import { signIn } from '../support/payer';

const PAYER = 'accounts@cedarrow.example';

test('autopay is agreed to, changed and ended', async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, PAYER);
  await page.goto('/portal/autopay');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Autopay');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await addAccount(page, 'Cedar Row');

  // On the invoice date from a bank account: not without a limit.
  await page.getByRole('radio', { name: /On the invoice date/ }).check();
  await readTerms(page);
  await expect(page.locator('#ceiling-error')).toContainText('needs a limit');
  await expectAccessible(page);
  await page.getByLabel('At most, for one charge').fill('5,000.00');
  await readTerms(page);
  await expect(page.locator('#consent')).toContainText('I authorize');
  await expect(page.locator('#consent')).toContainText('$5,000.00');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  const base = new URL(page.url()).origin;
  const mail = await mailSentBy(base, PAYER, () => agree(page), { subject: /Autopay .* is on/ });
  expect(mail.text).toContain('I authorize');
  await expect(page.getByRole('heading', { name: 'Autopay is on' })).toBeVisible();
  await expect(page.locator('.facts')).toContainText('On the invoice date');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  // Changed: the due date.
  await page.getByText('Change it', { exact: true }).click();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await page.getByRole('radio', { name: /On the due date/ }).check();
  await readTerms(page);
  await agree(page);
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
