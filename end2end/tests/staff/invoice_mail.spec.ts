// A single e-mail about an open invoice, from its panel: to whom it goes, what is not taken, what arrives.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { mailSentBy } from '../support/mail';
import { signIn } from '../support/staff';

test('an e-mail about an invoice is written, sent and kept in the histories', async ({ page, baseURL, problems }) => {
  test.setTimeout(120_000);
  problems.allow(/status of 422/);
  await signIn(page);
  await page.goto('/staff/invoices?search=pemberton');
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
  const link = page.locator('tr[data-row] th a').first();
  const number = (await link.textContent()) ?? '';
  await link.click();
  const panel = page.locator('#panel');
  const part = panel.locator('section', { has: page.getByRole('heading', { name: 'E-mail', exact: true }) });
  await part.getByRole('button', { name: 'Write an e-mail' }).click();
  await expect(part).toContainText('It goes to ap@pembertontoys.example, with the invoice as a PDF.');
  await expect(part.getByLabel('Subject')).toHaveValue(new RegExp(number));
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  // Nothing was said: at the field, and nothing is lost.
  await part.getByRole('button', { name: 'Send it' }).click();
  await expect(part.locator('.field__error')).toHaveText('Write something first.');
  await expectAccessible(page);
  await part.getByLabel('Subject').fill('Your order');
  await part.getByLabel('Text').fill('We miss it.\n\nPlease call us.');
  const mail = await mailSentBy(baseURL!, 'ap@pembertontoys.example', async () => {
    await part.getByRole('button', { name: 'Send it' }).click();
    await expect(part).toContainText('The e-mail is on its way.');
  });
  await expect(part.getByRole('button', { name: 'Write an e-mail' })).toBeFocused();
  expect(mail.subject).toBe('Your order');
  expect(mail.text).toContain('We miss it.\n\nPlease call us.');
  expect(mail.text).toContain(number);

  await panel.locator('.tabs__item', { hasText: 'History' }).click();
  await expect(panel.locator('.history__what').first()).toHaveText('Message to ap@pembertontoys.example');
  await expect(panel.locator('.history__item').first()).toContainText('Your order');
  await page.goto(`/staff/mailbox/${mail.id}`);
  await expect(page.getByRole('link', { name: 'Invoice (PDF)' })).toBeVisible();
});
