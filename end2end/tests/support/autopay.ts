// What a payer does to set autopay up, in the browser.

import { type Page, expect } from '@playwright/test';

/** Adds a company's bank account on the processor's page, and comes back to the page of autopay. */
export async function addAccount(page: Page, holder: string): Promise<void> {
  await page.getByRole('button', { name: /Add a bank account/ }).click();
  await expect(page).toHaveURL(/\/sandbox\/setup\//);
  await page.locator('input[name="routing"]').fill('110000000');
  await page.locator('input[name="account"]').fill('000123456789');
  await page.locator('select[name="holder"]').selectOption('company');
  await page.locator('input[name="holder_name"]').fill(holder);
  await page.locator('form button[type="submit"]').first().click();
  await expect(page).toHaveURL(/\/portal\/autopay/);
}

/** Reads the words for what is chosen. */
export async function readTerms(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Read what you agree to' }).click();
}

/** Agrees to the words that are shown. */
export async function agree(page: Page): Promise<void> {
  await page.getByLabel('I have read this, and I agree').check();
  await page.getByRole('button', { name: 'Turn autopay on' }).click();
}
