// The demo page, from the first look to the verified address.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, Visit, type Look } from './browser.js';
import { servers as given, wrong, type Servers } from './world.js';

const servers = given as Servers & { alphanumeric: string };

let browser: Browser;

before(async () => {
  browser = await launch();
});

after(() => browser.close());

/** Takes a code from the mailbox, types it wrong, and then right. Every state on the way is checked. */
async function verifyWithAWrongGuess(look: Look): Promise<void> {
  const visit = await Visit.open(browser, look);
  await visit.sees('Verify your address');
  await visit.isAccessible('start');

  await visit.ask();
  await visit.hasFocus(visit.codeField);
  await visit.isAccessible('code');
  const code = await visit.readCode();

  await visit.type(wrong(code));
  await visit.isTold('This code is not right. You have 4 attempts left.');
  await visit.hasFocus(visit.codeField);
  assert.equal(await visit.codeField.getAttribute('aria-invalid'), 'true');
  await visit.isAccessible('wrong');

  // The wrong code is selected: typing replaces it.
  await visit.page.keyboard.type(code);
  await visit.sees('Address verified');
  await visit.hasFocus(visit.title);
  assert.ok(await visit.page.getByText(`You have proven that ${visit.email} is yours.`).isVisible());
  await visit.isAccessible('verified');
  await visit.close();
}

/** Guesses until the lock, and lets a code expire. */
async function lockAndExpire(look: Look): Promise<void> {
  const visit = await Visit.open(browser, look);
  await visit.emailField.fill('ada');
  await visit.page.keyboard.press('Enter');
  await visit.isTold('Type an address such as ada@example.com.');
  await visit.isAccessible('bad-address');

  await visit.ask();
  await visit.wait(15 * 60);
  await visit.sees('This code has expired');
  await visit.isAccessible('expired');

  await visit.resend.click();
  await visit.sees('Enter your code');
  const guess = wrong(await visit.code());
  for (const left of ['4 attempts', '3 attempts', '2 attempts', '1 attempt']) {
    await visit.page.keyboard.type(guess);
    await visit.isTold(`You have ${left} left.`);
  }
  await visit.page.keyboard.type(guess);
  await visit.sees('Too many wrong codes');
  await visit.hasFocus(visit.title);
  await visit.isAccessible('locked');
  await visit.close();
}

test('on a phone, light: mailbox, wrong, right, verified', () => verifyWithAWrongGuess({ width: 360, scheme: 'light' }));

test('on a phone, dark: mailbox, wrong, right, verified', () => verifyWithAWrongGuess({ width: 360, scheme: 'dark' }));

test('on a desktop, light: mailbox, wrong, right, verified', () => verifyWithAWrongGuess({ width: 1280, scheme: 'light' }));

test('on a desktop, dark: mailbox, wrong, right, verified', () => verifyWithAWrongGuess({ width: 1280, scheme: 'dark' }));

test('on a phone, light: bad address, expired, locked', () => lockAndExpire({ width: 360, scheme: 'light' }));

test('on a phone, dark: bad address, expired, locked', () => lockAndExpire({ width: 360, scheme: 'dark' }));

test('on a desktop, light: bad address, expired, locked', () => lockAndExpire({ width: 1280, scheme: 'light' }));

test('on a desktop, dark: bad address, expired, locked', () => lockAndExpire({ width: 1280, scheme: 'dark' }));

test('tells the browser and the phone what the fields are for', async () => {
  const visit = await Visit.open(browser);
  assert.deepEqual([await visit.emailField.getAttribute('type'), await visit.emailField.getAttribute('autocomplete')], ['email', 'email']);
  await visit.hasFocus(visit.emailField);
  await visit.ask();
  assert.equal(await visit.codeField.getAttribute('autocomplete'), 'one-time-code');
  assert.equal(await visit.codeField.getAttribute('inputmode'), 'numeric');
  const described = (await visit.codeField.getAttribute('aria-describedby'))!.split(' ');
  assert.equal(await visit.page.locator(`#${described[0]}`).innerText(), '6 digits, checked when the last one is in.');
  await visit.close();
});

test('takes a pasted code: alone, in groups, in a sentence', async () => {
  for (const around of [(code: string) => code, (code: string) => `${code.slice(0, 3)} ${code.slice(3)}\n`, (code: string) => `Your code is ${code}. It lasts 15 minutes.`]) {
    const visit = await Visit.open(browser);
    await visit.ask();
    await visit.page.evaluate((text) => navigator.clipboard.writeText(text), around(await visit.code()));
    await visit.page.keyboard.press('ControlOrMeta+V');
    await visit.sees('Address verified');
    await visit.close();
  }
});

test('checks a code once, at the last digit, and no letter is taken', async () => {
  const visit = await Visit.open(browser);
  const sent: string[] = [];
  visit.page.on('request', (request) => {
    if (request.url().endsWith('/verify')) sent.push(request.postData() ?? '');
  });
  await visit.ask();
  const code = await visit.code();
  await visit.type(`${code.slice(0, 3)} x-${code.slice(3, 5)}`);
  assert.equal(await visit.codeField.inputValue(), code.slice(0, 5));
  assert.deepEqual(sent, []);
  await visit.type(code.slice(5));
  await visit.sees('Address verified');
  assert.deepEqual(sent, [JSON.stringify({ passcode: code })]);
  await visit.close();
});

test('says what is missing where a code is sent too short', async () => {
  const visit = await Visit.open(browser);
  await visit.ask();
  await visit.type('12');
  await visit.page.keyboard.press('Enter');
  await visit.isTold('The code has 6 digits.');
  await visit.hasFocus(visit.codeField);
  await visit.close();
});

test('says what is missing where no address is given', async () => {
  const visit = await Visit.open(browser);
  await visit.page.getByRole('button', { name: 'Send code' }).click();
  await visit.isTold('Type an address such as ada@example.com.');
  await visit.hasFocus(visit.emailField);
  await visit.close();
});

test('counts down to expiry, and to the next code', async () => {
  const visit = await Visit.open(browser);
  await visit.ask();
  const timer = visit.page.getByRole('timer');
  assert.match(await timer.innerText(), /^1[45]:\d\d$/);
  assert.match(await visit.resend.innerText(), /^Send another code in (1:00|0:[3-5]\d)$/);
  assert.equal(await visit.resend.isDisabled(), true);
  await visit.wait(30);
  assert.match(await timer.innerText(), /^14:[0-3]\d$/);
  assert.match(await visit.resend.innerText(), /^Send another code in 0:[0-3]\d$/);
  assert.equal(await visit.announcer.innerText(), '', 'nobody wants to hear every second');
  await visit.close();
});

test('sends another code when the wait is over; the one before is dead', async () => {
  const visit = await Visit.open(browser);
  await visit.ask();
  const old = await visit.code();
  await visit.wait(60);
  await visit.hears('You can ask for another code now.');
  await visit.resend.click();
  await visit.hears('Another code was mailed. The one before no longer works.');
  await visit.hasFocus(visit.codeField);
  assert.equal(await visit.resend.isDisabled(), true, 'the wait starts anew');
  const code = await visit.code();
  assert.notEqual(code, old);
  await visit.type(old);
  await visit.isTold('This code is not right.');
  await visit.page.keyboard.type(code);
  await visit.sees('Address verified');
  await visit.close();
});

test('goes on with another code after one has expired', async () => {
  const visit = await Visit.open(browser);
  await visit.ask();
  await visit.wait(14 * 60);
  await visit.sees('Enter your code');
  await visit.wait(60);
  await visit.sees('This code has expired');
  await visit.hasFocus(visit.title);
  assert.equal(await visit.codeField.isVisible(), false);
  await visit.resend.click();
  await visit.sees('Enter your code');
  await visit.type(await visit.code());
  await visit.sees('Address verified');
  await visit.close();
});

test('waits for the end of the lock, and then goes on', async () => {
  const visit = await Visit.open(browser);
  await visit.ask();
  const guess = wrong(await visit.code());
  for (let count = 1; count < 5; count++) {
    await visit.page.keyboard.type(guess);
    await visit.isTold(`You have ${5 - count} attempt`);
  }
  await visit.page.keyboard.type(guess);
  await visit.sees('Too many wrong codes');
  assert.equal(await visit.resend.isDisabled(), true);
  assert.match(await visit.resend.innerText(), /^Send another code in 1[45]:\d\d$/);

  // Neither does it help to open the page again.
  await visit.page.reload();
  await visit.emailField.fill(visit.email);
  await visit.page.keyboard.press('Enter');
  await visit.sees('Too many wrong codes');
  await visit.wait(15 * 60);
  await visit.hears('You can ask for another code now.');
  await visit.resend.click();
  await visit.sees('Enter your code');
  await visit.type(await visit.code());
  await visit.sees('Address verified');
  await visit.close(/429/);
});

test('goes on with the code that was mailed before the page was opened again', async () => {
  const visit = await Visit.open(browser);
  await visit.ask();
  const code = await visit.code();
  await visit.page.reload();
  await visit.ask();
  await visit.hears('A code was mailed a moment ago. Use that one.');
  await visit.type(code);
  await visit.sees('Address verified');
  await visit.close(/429/);
});

test('says at once that an address is verified already', async () => {
  const visit = await Visit.open(browser);
  await visit.ask();
  await visit.type(await visit.code());
  await visit.sees('Address verified');
  await visit.page.getByRole('button', { name: 'Verify another address' }).click();
  await visit.sees('Verify your address');
  await visit.hasFocus(visit.emailField);
  await visit.emailField.fill(visit.email);
  await visit.page.keyboard.press('Enter');
  await visit.sees('Address verified');
  await visit.close();
});

test('works by the keyboard alone, and holds the focus nowhere', async () => {
  const visit = await Visit.open(browser);
  const { keyboard } = visit.page;
  await keyboard.type(visit.email);
  await keyboard.press('Enter');
  await visit.sees('Enter your code');
  await visit.wait(60);
  await visit.hears('You can ask for another code now.');

  const reached: string[] = [];
  for (let presses = 0; presses < 6; presses++) {
    await keyboard.press('Tab');
    reached.push(await visit.page.evaluate(() => (document.activeElement === document.body ? '' : document.activeElement?.textContent?.trim().split(' (')[0] ?? '')));
  }
  assert.deepEqual(reached, ['Verify', 'Send another code', 'Open the mailbox', 'Use another address', 'mailbox', ''], 'the last press leaves the page');
  const outline = () => visit.page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
  await visit.codeField.focus();
  await keyboard.press('Tab');
  assert.equal(await outline(), 'solid', 'the focus is to be seen');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await visit.hears('Another code was mailed.');
  await visit.hasFocus(visit.codeField);
  await keyboard.type(await visit.code());
  await visit.sees('Address verified');
  await keyboard.press('Tab');
  await keyboard.press('Space');
  await visit.sees('Verify your address');
  await visit.close();
});

test('says that the service does not answer, and goes on when it does', async () => {
  const visit = await Visit.open(browser);
  await visit.page.route('**/api/v1/**', (route) => route.abort());
  await visit.emailField.fill(visit.email);
  await visit.page.keyboard.press('Enter');
  await visit.isTold('The service did not answer. Check that it runs, and try again.');
  await visit.page.unroute('**/api/v1/**');
  await visit.ask();
  await visit.page.route('**/verify', (route) => route.fulfill({ status: 502, body: '<h1>Bad Gateway</h1>' }));
  await visit.type(await visit.code());
  await visit.isTold('The service could not do this now (UnknownError). Try again.');
  await visit.page.unroute('**/verify');
  await visit.page.keyboard.press('Enter');
  await visit.sees('Address verified');
  await visit.close(/Failed to load resource/);
});

test('says how long to wait where an address got too many codes', async () => {
  const visit = await Visit.open(browser);
  await visit.ask();
  for (let count = 1; count < 5; count++) {
    await visit.wait(60);
    await visit.resend.click();
    await visit.resend.filter({ hasText: / in / }).waitFor();
  }
  await visit.wait(60);
  await visit.resend.click();
  await visit.isTold(/Too many requests. Try again in \d:\d\d\./);
  assert.match(await visit.resend.innerText(), /^Send another code in \d:\d\d$/);
  await visit.close(/429/);
});

test('takes codes of another length and alphabet, in lower case too', async () => {
  const visit = await Visit.open(browser, { server: servers.alphanumeric, width: 360 });
  await visit.ask();
  assert.equal(await visit.codeField.getAttribute('inputmode'), 'text');
  const code = await visit.readCode();
  assert.equal(code.length, 8);
  await visit.type(wrongAlphanumeric(code));
  await visit.isTold('You have 1 attempt left.');
  await visit.isAccessible('alphanumeric');
  await visit.page.keyboard.type(code.toLowerCase());
  await visit.sees('Address verified');
  await visit.close();
});

test('does not move where the user wants no motion', async () => {
  const visit = await Visit.open(browser, { reducedMotion: 'reduce' });
  const transitions = await visit.page.evaluate(() => [...document.querySelectorAll('*')].map((node) => getComputedStyle(node).transitionDuration));
  assert.deepEqual([...new Set(transitions)], ['0s']);
  await visit.close();
});

test('fits the narrowest screen', async () => {
  const visit = await Visit.open(browser, { width: 320 });
  await visit.isAccessible('narrow');
  await visit.ask();
  await visit.isAccessible('narrow-code');
  await visit.close();
});

test('is reached from the landing page, and leads back', async () => {
  const visit = await Visit.open(browser);
  await visit.page.goto(servers.main);
  await visit.page.getByRole('link', { name: 'Try it as a user' }).click();
  await visit.sees('Verify your address');
  await visit.page.getByRole('link', { name: 'Otp', exact: true }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'Otp' }).waitFor();
  await visit.close();
});

function wrongAlphanumeric(code: string): string {
  return code.slice(0, -1) + (code.endsWith('A') ? 'C' : 'A');
}
