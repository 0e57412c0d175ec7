// What a payer does, in the browser, with script or without.

import { type Browser, type BrowserContext, type Page, expect } from '@playwright/test';
import { PAYER } from './demo';
import { codeIn, mailSentBy } from './mail';
import { addCard } from './processor';

/** Presses the button that sends the form a field is in. */
async function submit(page: Page, field: string) {
  await page
    .locator('form', { has: page.locator(`input[name="${field}"]`) })
    .locator('button[type="submit"], button:not([type])')
    .first()
    .click();
}

/**
 * Signs in with the code from the mailbox. A payer of several accounts is asked which; `account` is the
 * text of the one to choose.
 */
export async function signIn(page: Page, email = PAYER, options: { account?: string | RegExp } = {}): Promise<void> {
  await page.goto('/portal/sign-in');
  const base = new URL(page.url()).origin;
  await page.locator('input[name="email"]').fill(email);
  const mail = await mailSentBy(base, email, async () => {
    await submit(page, 'email');
    await expect(page.locator('input[name="code"]')).toBeVisible();
  });
  await page.locator('input[name="code"]').fill(codeIn(mail));
  await submit(page, 'code');
  await expect(page.locator('input[name="code"]')).toHaveCount(0);
  if (options.account !== undefined) {
    await page.getByRole('button', { name: options.account }).or(page.getByRole('link', { name: options.account })).first().click();
  }
  await expect(page).not.toHaveURL(/sign-in/);
}

/** Pays the first invoice in the list with a new card, in a browser of the payer's own, which stays open. */
export async function payFirstInvoice(browser: Browser, base: string, email: string): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: base });
  const page = await context.newPage();
  await signIn(page, email);
  const boxes = page.locator('.bill input[type="checkbox"]');
  for (let index = 0; index < (await boxes.count()); index++) await boxes.nth(index).setChecked(index === 0);
  await page.locator('.basket button[type="submit"]').click();
  await addCard(page, '4242424242424242');
  await page.getByRole('button', { name: /^Pay / }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Paid');
  return context;
}
