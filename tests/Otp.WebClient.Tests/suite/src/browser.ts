// The demo page in a headless browser, as a person or an assistive technology finds it.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { advance, deliver, now, servers } from './world.js';

export interface Look {
  width?: number;
  scheme?: 'light' | 'dark';
  reducedMotion?: 'reduce';
  server?: string;
}

interface Finding {
  id: string;
  help: string;
  nodes: { target: unknown; failureSummary?: string }[];
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = process.env['OTP_SCREENSHOTS'];

let visits = 0;

export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['OTP_BROWSER'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
}

/** Somebody who has opened the page and has an address that nobody else has. */
export class Visit {
  readonly email = `visitor-${process.pid}-${++visits}@example.com`;
  readonly title: Locator;
  readonly emailField: Locator;
  readonly codeField: Locator;
  readonly resend: Locator;
  readonly alert: Locator;
  readonly announcer: Locator;
  private readonly problems: string[] = [];

  private constructor(readonly page: Page, readonly context: BrowserContext, readonly server: string) {
    this.title = page.getByRole('heading', { level: 1 });
    this.emailField = page.getByRole('textbox', { name: 'E-mail address' });
    this.codeField = page.getByRole('textbox', { name: 'Code' });
    this.resend = page.getByRole('button', { name: /^Send another code/ });
    this.alert = page.locator('[role=alert]:not(:empty)');
    this.announcer = page.locator('#announcer');
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.problems.push(message.text());
    });
  }

  static async open(browser: Browser, look: Look = {}): Promise<Visit> {
    const server = look.server ?? servers.main;
    const context = await browser.newContext({
      viewport: { width: look.width ?? 1280, height: 800 },
      colorScheme: look.scheme ?? 'light',
      reducedMotion: look.reducedMotion ?? 'no-preference',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(30_000);
    await context.clock.install({ time: await now(server) });
    const page = await context.newPage();
    const visit = new Visit(page, context, server);
    await page.goto(`${server}/demo`);
    await page.waitForFunction(() => document.body.dataset['ready'] === 'true');
    return visit;
  }

  /** Asks for a code. */
  async ask(): Promise<void> {
    await this.emailField.fill(this.email);
    await this.page.getByRole('button', { name: 'Send code' }).click();
    await this.sees('Enter your code');
  }

  /** Opens the mailbox by the page's link, as a person does, and reads the newest code there. */
  async readCode(): Promise<string> {
    await deliver(this.server);
    const [mailbox] = await Promise.all([this.context.waitForEvent('page'), this.page.getByRole('link', { name: 'Open the mailbox' }).click()]);
    await mailbox.locator('.list .row').first().click();
    const code = await mailbox.locator('#passcode').innerText();
    await mailbox.close();
    assert.match(code, /^[0-9A-Z]{6,12}$/);
    return code;
  }

  /** The newest code, without a look at the mailbox. */
  async code(): Promise<string> {
    await deliver(this.server);
    const response = await fetch(`${this.server}/dev/mailbox/messages?to=${encodeURIComponent(this.email)}`);
    const mails = ((await response.json()) as { results: { passcode?: string }[] }).results;
    const code = mails.find((mail) => mail.passcode !== undefined)?.passcode;
    assert.ok(code, `a code was mailed to ${this.email}`);
    return code;
  }

  /** Types a code key by key; the last one sends it. */
  async type(code: string): Promise<void> {
    await this.codeField.pressSequentially(code);
  }

  async sees(title: string): Promise<void> {
    await this.title.filter({ hasText: new RegExp(`^${title}$`) }).waitFor();
    assert.equal(await this.page.title(), `${title} – Otp`);
  }

  async isTold(text: string | RegExp): Promise<void> {
    await this.alert.filter({ hasText: text }).waitFor();
  }

  /** What a screen reader was told in passing. */
  async hears(text: string): Promise<void> {
    await this.announcer.filter({ hasText: text }).waitFor({ state: 'attached' });
  }

  async hasFocus(locator: Locator): Promise<void> {
    await locator.evaluate((node) => new Promise<void>((resolve, reject) => {
      if (document.activeElement === node) resolve();
      else reject(new Error(`The focus is on ${document.activeElement?.outerHTML.slice(0, 120)}`));
    }));
  }

  /** Lets time pass, for the service and for the page. */
  async wait(seconds: number): Promise<void> {
    await advance(seconds, this.server);
    await this.context.clock.fastForward(seconds * 1000);
  }

  /** Fails with what the accessibility checker finds; keeps a picture where the environment says where. */
  async isAccessible(state: string): Promise<void> {
    // A colour on its way to another is neither to be seen nor to be judged.
    await this.page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
    if (screenshots) {
      mkdirSync(screenshots, { recursive: true });
      const { width } = this.page.viewportSize() ?? { width: 0 };
      const scheme = await this.page.evaluate(() => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
      await this.page.screenshot({ path: join(screenshots, `${state}-${width}-${scheme}.png`), fullPage: true });
    }

    await this.page.evaluate(axe);
    const findings = await this.page.evaluate(async () => {
      const { violations, passes } = await (window as unknown as { axe: { run(): Promise<{ violations: Finding[]; passes: unknown[] }> } }).axe.run();
      return { violations, checked: passes.length };
    });
    assert.deepEqual(
      findings.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${String(node.target)} ${node.failureSummary ?? ''}`)), [], state);
    assert.ok(findings.checked > 15, `${findings.checked} rules applied to ${state}`);
    assert.equal(await this.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth), false, `${state} scrolls sideways`);
  }

  /** Ends the visit; fails where the browser complained of anything. */
  async close(allowed = /^$/): Promise<void> {
    await this.context.close();
    assert.deepEqual(this.problems.filter((problem) => !allowed.test(problem)), []);
  }
}
