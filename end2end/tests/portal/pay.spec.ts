// From the mail to the receipt. Runs with script and without.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { mailSentBy, mailTo } from '../support/mail';
import { signIn } from '../support/payer';
import { addBank, addCard, advanceClock } from '../support/processor';
import { PARTS_PAYER, PAYER } from '../support/demo';

/** Payers of the demo with open invoices, one for each test, so that none waits for another. */
const CARD_PAYER = PAYER;
const DECLINED_PAYER = 'ap@baxterlowe.example';
const BANK_PAYER = 'accounts@cedarrow.example';

/** Ticks the first invoices of the list and goes on to choosing how to pay. */
async function chooseFirst(page: import('@playwright/test').Page, count: number) {
  const boxes = page.locator('.bill input[type="checkbox"]');
  await expect(boxes.first()).toBeVisible();
  for (let index = 0; index < (await boxes.count()); index++) {
    await boxes.nth(index).setChecked(index < count);
  }
  await page.locator('.basket button[type="submit"]').click();
  await expect(page).toHaveURL(/\/portal\/pay\?/);
}

test('three invoices are paid by card with an early-payment discount', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, CARD_PAYER);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('You owe');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  // Those with a discount first: their rows say what is saved.
  const rows = page.locator('.bill', { has: page.locator('.chip--discount') });
  await expect(rows.first()).toBeVisible();
  const boxes = page.locator('.bill input[type="checkbox"]');
  for (let index = 0; index < (await boxes.count()); index++) await boxes.nth(index).setChecked(false);
  await rows.first().locator('input[type="checkbox"]').check();
  let chosen = 1;
  for (let index = 0; index < (await boxes.count()) && chosen < 3; index++) {
    if (await boxes.nth(index).isChecked()) continue;
    await boxes.nth(index).check();
    chosen++;
  }
  await page.locator('.basket button[type="submit"]').click();
  await expect(page).toHaveURL(/\/portal\/pay\?/);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  await addCard(page, '4242424242424242');
  await expect(page.getByText('Early-payment discount')).toBeVisible();
  await expect(page.getByText('Credit card surcharge')).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  const pay = page.getByRole('button', { name: /^Pay \$[\d,.]+ with Visa ••4242$/ });
  const amount = /\$[\d,.]+/.exec((await pay.textContent()) ?? '')?.[0] ?? 'none';
  const base = new URL(page.url()).origin;
  const mail = await mailSentBy(base, CARD_PAYER, () => pay.click(), { subject: /receipt|paid|payment/i });
  await expect(page).toHaveURL(/\/portal\/payments\//);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Paid');
  await expect(page.locator('.receipt__amount')).toContainText(amount);
  expect(mail.text).toContain(amount);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  const receipt = await page.request.get(`${page.url()}/receipt.pdf`);
  expect(receipt.headers()['content-type']).toBe('application/pdf');
  expect((await receipt.body()).subarray(0, 5).toString()).toBe('%PDF-');

  await page.goto('/portal/paid');
  await expect(page.getByText('Visa ••4242').first()).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});

test('a declined card says so and leaves the invoice open', async ({ page }) => {
  await signIn(page, DECLINED_PAYER);
  await chooseFirst(page, 1);
  await addCard(page, '4000000000009995');
  await page.getByRole('button', { name: /^Pay / }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Not paid');
  await expectAccessible(page);
  await page.goto('/portal');
  await expect(page.locator('.bill input[type="checkbox"]').first()).toBeVisible();
  await expect(page.locator('.chip--failed').first()).toBeVisible();
});

test('a part of an invoice is paid, and an amount that cannot be is said at its field', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, PARTS_PAYER);
  const amounts = page.getByLabel(/^Amount to pay on /);
  const boxes = page.locator('.bill input[type="checkbox"]');
  const goOn = page.locator('.basket button[type="submit"]');
  await expect(boxes.first()).toBeVisible();
  for (let index = 0; index < (await boxes.count()); index++) await boxes.nth(index).setChecked(index < 2);
  // A field is there while its invoice is ticked, and begins with all of it.
  await expect(amounts.nth(0)).toBeVisible();
  await expect(amounts.nth(2)).toBeHidden();
  await expect(amounts.nth(0)).toHaveValue(/^\d+\.\d\d$/);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  await amounts.nth(0).fill('1,50');
  await goOn.click();
  await expect(page.getByRole('heading', { name: 'An amount needs another look' })).toBeVisible();
  await expect(amounts.nth(0)).toHaveValue('1,50');
  await expect(page.locator('.field__error')).toHaveCount(1);
  await expect(page.locator('.field__error')).toContainText('Enter an amount such as');
  await expect(page.locator('.bill input[type="checkbox"]:checked')).toHaveCount(2);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  await amounts.nth(0).fill('100.00');
  await goOn.click();
  await expect(page.getByRole('heading', { name: 'How would you like to pay?' })).toBeVisible();
  await expect(page.getByText('stays open')).toBeVisible();
  await page.reload();
  await expect(page.getByText('stays open')).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  // To the processor's page and back, and back to the choice: the part is still a part.
  await addCard(page, '4000056655665556');
  await expect(page.getByText('Not paid now, stays open')).toBeVisible();
  await page.getByRole('link', { name: 'Change how to pay' }).click();
  await expect(page.getByText('stays open')).toBeVisible();
  await page.getByRole('button', { name: 'Review the payment' }).click();
  await expect(page.getByText('Not paid now, stays open')).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await page.getByRole('button', { name: /^Pay / }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Paid');
  await expect(page.getByText('is still to be paid')).toBeVisible();
  await expectAccessible(page);

  // It is open with the rest, and its page has the receipt of the part.
  await page.goto('/portal');
  const bill = page.locator('.bill', { hasText: '$100.00 paid or credited' });
  await bill.locator('.bill__name a').click();
  await expect(page.getByRole('heading', { name: 'Your payments' })).toBeVisible();
  await expect(page.getByLabel(/^Amount to pay on /)).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
});

test('a bank debit settles, and one that comes back opens its invoice again', async ({ page }) => {
  await signIn(page, BANK_PAYER);
  await chooseFirst(page, 1);
  await addBank(page, '000123456789');
  await expect(page.getByText('I authorize')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Pay / }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/clearing/i);
  const good = page.url();
  await expectAccessible(page);

  await page.goto('/portal');
  await chooseFirst(page, 1);
  await addBank(page, '000222222227');
  await page.getByRole('button', { name: /^Pay / }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/clearing/i);
  const bad = page.url();
  const base = new URL(page.url()).origin;
  await mailSentBy(base, BANK_PAYER, () => advanceClock(page, 8), { subject: /./, timeout: 20_000 });
  await expect.poll(async () => (await mailTo(base, BANK_PAYER)).length, { timeout: 20_000 }).toBeGreaterThan(4);

  // Days have passed, and with them the session.
  await signIn(page, BANK_PAYER);
  await page.goto(good);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Paid');
  await page.goto(bad);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Not paid');
  await expectAccessible(page);
});
