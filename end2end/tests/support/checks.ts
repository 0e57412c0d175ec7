// The `test` that every spec uses, and what may be expected of every page.

import { AxeBuilder } from '@axe-core/playwright';
import { type Page, expect, test as base } from '@playwright/test';
import { Server } from './server';

type Violations = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'];

/** What went wrong in the browser or the server while a test ran. */
export class Problems {
  private readonly found: string[] = [];
  private readonly allowed: RegExp[] = [];

  add(problem: string) {
    this.found.push(problem);
  }

  /**
   * Lets a problem pass in this test that belongs to what it tests: the browser writes an error to its
   * console for every answer that is not 2xx or 3xx, say `problems.allow(/status of 404/)`.
   */
  allow(...patterns: RegExp[]) {
    this.allowed.push(...patterns);
  }

  left(): string[] {
    return this.found.filter((problem) => !this.allowed.some((pattern) => pattern.test(problem)));
  }
}

interface TestFixtures {
  problems: Problems;
  /** A server on a copy of the demo database, shared by the tests of one file. */
  server: Server;
}

interface WorkerFixtures {
  /** The server of the file that this worker is at. */
  servers: Servers;
}

/** One server at a time: a file of tests begins on a fresh one, whatever this worker ran before it. */
class Servers {
  private current: { file: string; server: Server } | undefined;

  async of(file: string): Promise<Server> {
    if (this.current?.file !== file) {
      await this.stop();
      this.current = { file, server: await Server.start() };
    }
    return this.current.server;
  }

  async stop() {
    await this.current?.server.stop();
    this.current = undefined;
  }
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  servers: [
    async ({}, use) => {
      const servers = new Servers();
      await use(servers);
      await servers.stop();
    },
    { scope: 'worker' },
  ],

  server: async ({ servers }, use, info) => use(await servers.of(info.file)),

  baseURL: async ({ server }, use) => use(server.url),

  // Fails the test at its end on any console error, page error, violation of the content security policy
  // (which the browser reports to its console) or panic of the server, in any tab of its context.
  problems: [
    async ({ context, server }, use, info) => {
      const problems = new Problems();
      context.on('console', (message) => {
        if (message.type() === 'error') problems.add(`console: ${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (error) => {
        problems.add(`page: ${error.error().stack ?? error.error()}`);
      });
      await use(problems);
      const log = server.newLog();
      for (const line of log.split('\n')) {
        if (/panicked at/.test(line)) problems.add(`server: ${line}`);
      }
      if (info.status !== info.expectedStatus || problems.left().length > 0) {
        await info.attach('server.log', { body: log, contentType: 'text/plain' });
      }
      expect(problems.left(), 'nothing went wrong in the browser or the server').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

const SCHEMES = ['light', 'dark'] as const;
const WIDTHS = [320, 1280];
// Of WCAG 2.2, and off unless asked for.
const RULES = { 'target-size': { enabled: true } };
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Runs an action at each of the widths, in each colour scheme, and puts the window back as it was. Motion
 * is off meanwhile, or colours would be looked at halfway between two states.
 */
async function everywhere(
  page: Page,
  widths: number[],
  schemes: readonly ('light' | 'dark')[],
  action: (where: string, scheme: 'light' | 'dark') => Promise<void>,
) {
  const before = page.viewportSize();
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of widths) {
      await page.setViewportSize({ width, height: before?.height ?? 800 });
      await action(`${width} px, ${colorScheme}`, colorScheme);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
}

/**
 * axe needs timers, and with script off in the browser there are none. It is let run for the length of the
 * action only; the page has been read by then, and its scripts were left out for good.
 */
async function withTimers(page: Page, action: () => Promise<void>): Promise<void> {
  if (test.info().project.use.javaScriptEnabled !== false) return action();
  const session = await page.context().newCDPSession(page);
  const disable = (value: boolean) => session.send('Emulation.setScriptExecutionDisabled', { value });
  await disable(true); // the browser heeds only a change made in this very session
  await disable(false);
  try {
    await action();
  } finally {
    await disable(true);
    await session.detach();
  }
}

/**
 * WCAG 2.2 A and AA, as far as axe can see it, at 320 and 1280 px, light and dark. Dark is only looked at
 * for what it changes: colours.
 */
export async function expectAccessible(page: Page): Promise<void> {
  const found = new Map<string, string[]>();
  await everywhere(page, WIDTHS, SCHEMES, async (where, scheme) => {
    // Of what passes, one example is enough.
    const builder = new AxeBuilder({ page }).options({ resultTypes: ['violations'], rules: RULES });
    if (scheme === 'dark') builder.withRules(['color-contrast', 'link-in-text-block']);
    else builder.withTags(TAGS);
    // What is found in frames is put together in a tab of its own, which takes as long as looking.
    if (page.frames().length === 1) builder.setLegacyMode();
    let violations: Violations = [];
    let passes: Violations = [];
    await withTimers(page, async () => {
      ({ violations, passes } = await builder.analyze());
    });
    expect(passes.length, 'axe looked at something').toBeGreaterThan(0);
    for (const violation of violations) {
      for (const node of violation.nodes) {
        const what = `${violation.id}: ${node.target.join(' ')}\n    ${node.html}\n    ${node.failureSummary?.replace(/\n/g, '\n    ')}`;
        found.set(what, [...(found.get(what) ?? []), where]);
      }
    }
  });
  const report = [...found].map(([what, where]) => `${what}\n    at ${where.join('; ')}`);
  expect(report.join('\n\n'), `accessibility of ${page.url()}`).toBe('');
}

/** Nothing sticks out sideways: not at 320 px (400 % zoom of 1280), not between, not wide. */
export async function expectNoHorizontalScroll(page: Page, widths = [320, 768, 1280]): Promise<void> {
  await everywhere(page, widths, ['light'], async (where) => {
    const wide = await page.evaluate(() => {
      const room = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= room) return [];
      return [...document.body.querySelectorAll('*')]
        .filter((element) => element.getBoundingClientRect().right > room + 0.5)
        .slice(0, 5)
        .map((element) => element.outerHTML.slice(0, 120))
        .concat(`${document.documentElement.scrollWidth} px wide in ${room}`);
    });
    expect(wide, `nothing sticks out of ${page.url()} at ${where}`).toEqual([]);
  });
}
