// What a member of staff does, in the browser.

import { type Page, expect } from '@playwright/test';
import { STAFF } from './demo';

export async function signIn(page: Page, who = STAFF): Promise<void> {
  await page.goto('/staff/sign-in');
  await page.locator('input[name="email"]').fill(who.email);
  await page.locator('input[name="password"]').fill(who.password);
  await page
    .locator('form', { has: page.locator('input[name="password"]') })
    .locator('button[type="submit"], button:not([type])')
    .first()
    .click();
  await expect(page).not.toHaveURL(/sign-in/);
}
