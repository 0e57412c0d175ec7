// What a payer does, in the browser, with script or without.

import { type Page, expect } from '@playwright/test';
import { PAYER } from './demo';
import { codeIn, mailSentBy } from './mail';

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
