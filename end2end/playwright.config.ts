import { defineConfig, devices } from '@playwright/test';

// Debian's Chromium, never a browser of Playwright's own; as root it needs --no-sandbox, and the rest
// keeps it from calling home.
const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

const portal = { testDir: 'tests/portal' };

export default defineConfig({
  globalSetup: './tests/support/setup.ts',
  outputDir: 'test-results',
  forbidOnly: !!process.env.CI,
  // Flaky is failed: a payment page that works the second time does not work.
  retries: 0,
  workers: 2,
  fullyParallel: false, // the tests of one file share a database and run in order
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    launchOptions,
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    screenshot: 'only-on-failure',
    // No traces: they take a third of the time again. `--trace retain-on-failure` keeps those of what failed.
  },
  projects: [
    // Every portal page and form works without JavaScript: the same specs run both ways, but for those
    // about what only script can do (*.hydrate.spec.ts).
    { name: 'portal-js', ...portal },
    { name: 'portal-nojs', ...portal, testIgnore: '**/*.hydrate.spec.ts', use: { javaScriptEnabled: false } },
    { name: 'staff', testDir: 'tests/staff' },
    // What the release build may weigh and take.
    { name: 'budgets', testDir: 'tests/budgets', workers: 1 },
    // Not tests but pictures; `make screens` asks for them.
    ...(process.env.SCREENS
      ? [{ name: 'screens', testDir: 'tests/support', testMatch: 'screens.ts', timeout: 600_000 }]
      : []),
  ],
});
