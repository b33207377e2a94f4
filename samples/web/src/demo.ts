// The page: what is shown, what is said to a screen reader, and where the focus goes.

import { OtpError } from 'otp-client';
import * as clock from './clock.js';
import { clean, describe, find } from './code.js';
import { loadSettings, Verification, type Settings, type State } from './verification.js';

const views = ['start', 'code', 'expired', 'locked', 'verified'] as const;
type View = (typeof views)[number];

const titles: Record<View, string> = {
  start: 'Verify your address',
  code: 'Enter your code',
  expired: 'This code has expired',
  locked: 'Too many wrong codes',
  verified: 'Address verified',
};

const title = element('title', HTMLElement);
const startForm = element('start', HTMLFormElement);
const emailField = element('email', HTMLInputElement);
const emailMessage = element('email-message', HTMLElement);
const sendButton = element('send', HTMLButtonElement);
const codeForm = element('enter', HTMLFormElement);
const codeField = element('code', HTMLInputElement);
const codeHint = element('code-hint', HTMLElement);
const codeMessage = element('code-message', HTMLElement);
const expiry = element('expiry', HTMLElement);
const resend = element('resend', HTMLElement);
const resendButton = element('resend-button', HTMLButtonElement);
const resendMessage = element('resend-message', HTMLElement);
const mailboxLink = element('mailbox', HTMLAnchorElement);
const announcer = element('announcer', HTMLElement);

let settings: Settings;
let verification: Verification;
let state: State = { kind: 'none' };
/** From when on another code can be asked for. */
let resendAt = '';
let isBusy = false;

startForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void start();
});
codeForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void verify();
});
codeField.addEventListener('input', () => {
  const code = clean(codeField.value, settings);
  // Only where it differs: to set the value moves the caret.
  if (code !== codeField.value) codeField.value = code;
  verifyWhenComplete();
});
codeField.addEventListener('paste', (event) => {
  const code = find(event.clipboardData?.getData('text') ?? '', settings);
  if (code.length !== settings.length) return;
  event.preventDefault();
  codeField.value = code;
  verifyWhenComplete();
});
resendButton.addEventListener('click', () => void requestAnother());
for (const button of document.querySelectorAll('[data-restart]')) {
  button.addEventListener('click', () => show('start'));
}
setInterval(tick, 250);
emailField.focus();
document.body.dataset['ready'] = 'true';

async function start(): Promise<void> {
  say(emailMessage, emailField, '');
  if (!emailField.checkValidity()) {
    say(emailMessage, emailField, 'Type an address such as ada@example.com.');
    emailField.focus();
    return;
  }

  await busily([sendButton], async () => {
    try {
      settings = await loadSettings();
      verification = new Verification(emailField.value.trim(), settings);
      const { state: next, isNew } = await verification.requestFirstCode();
      for (const output of document.querySelectorAll('[data-email]')) output.textContent = verification.email;
      mailboxLink.href = `/dev/mailbox?to=${encodeURIComponent(verification.email)}`;
      enter(next);
      if (!isNew && next.kind === 'code') announce('A code was mailed a moment ago. Use that one.');
    } catch (error) {
      say(emailMessage, emailField, explain(error));
      emailField.focus();
    }
  });
}

async function requestAnother(): Promise<void> {
  await busily([resendButton], async () => {
    try {
      enter(await verification.requestCode());
      announce('Another code was mailed. The one before no longer works.');
    } catch (error) {
      if (error instanceof OtpError && error.retryAfter !== undefined) {
        resendAt = clock.after(error.retryAfter);
      }
      resendMessage.textContent = explain(error);
    }
  });
}

function verifyWhenComplete(): void {
  if (codeField.value.length === settings.length) void verify();
}

async function verify(): Promise<void> {
  if (isBusy) return;
  if (codeField.value.length !== settings.length) {
    say(codeMessage, codeField, `The code has ${describe(settings)}.`);
    codeField.focus();
    return;
  }

  await busily([element('verify', HTMLButtonElement)], async () => {
    codeField.readOnly = true;
    try {
      const next = await verification.verify(codeField.value);
      if (next.kind === 'code') {
        state = next;
        const left = next.attemptsLeft === 1 ? '1 attempt' : `${next.attemptsLeft} attempts`;
        refuse(`This code is not right. You have ${left} left.`);
      } else {
        enter(next);
      }
    } catch (error) {
      refuse(explain(error));
    } finally {
      codeField.readOnly = false;
    }
  });
}

/** Says why, and makes it easy to type again. */
function refuse(message: string): void {
  say(codeMessage, codeField, message);
  codeField.focus();
  codeField.select();
}

/** Shows where the verification stands now. */
function enter(next: State): void {
  state = next;
  if (next.kind === 'none') {
    show('start');
    say(emailMessage, emailField, 'There is no code any more. Ask for another one.');
    return;
  }

  if (next.kind !== 'verified') resendAt = next.resendAt;
  show(next.kind);
}

function show(view: View): void {
  if (view === 'start') state = { kind: 'none' };
  document.body.dataset['view'] = view;
  for (const part of document.querySelectorAll<HTMLElement>('[data-in]')) {
    part.hidden = !(part.dataset['in'] ?? '').split(' ').includes(view);
  }
  title.textContent = titles[view];
  document.title = `${titles[view]} – Otp`;
  announcer.textContent = '';
  resendMessage.textContent = '';
  say(emailMessage, emailField, '');
  say(codeMessage, codeField, '');
  codeField.value = '';
  if (view === 'code') {
    codeField.inputMode = settings.alphabet === 'digits' ? 'numeric' : 'text';
    codeHint.textContent = `${describe(settings)}, checked when the last one is in.`;
  }
  tick();

  // Where there is something to type, there; else to the title, which a screen reader then reads.
  (view === 'start' ? emailField : view === 'code' ? codeField : title).focus();
}

/** Keeps the countdowns right. They are no live regions: a screen reader that spoke every second would be of no use. */
function tick(): void {
  if (state.kind === 'code') {
    const left = clock.secondsUntil(state.expiresAt);
    if (left === 0 && !isBusy) {
      enter({ kind: 'expired', resendAt });
      return;
    }
    expiry.textContent = clock.asClock(left);
  }

  if (resend.hidden || isBusy) return;
  const wait = clock.secondsUntil(resendAt);
  const label = wait === 0 ? 'Send another code' : `Send another code in ${clock.asClock(wait)}`;
  if (resendButton.textContent !== label) resendButton.textContent = label;
  if (wait === 0 && resendButton.disabled) {
    resendMessage.textContent = '';
    announce('You can ask for another code now.');
  }
  resendButton.disabled = wait > 0;
  // Where nothing else can be done, it is what to do next.
  resendButton.classList.toggle('primary', wait === 0 && state.kind !== 'code');
}

/** Shows that something is under way, and keeps it from being started twice. */
async function busily(buttons: HTMLButtonElement[], action: () => Promise<void>): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  for (const button of buttons) button.setAttribute('aria-disabled', 'true');
  try {
    await action();
  } finally {
    isBusy = false;
    for (const button of buttons) button.removeAttribute('aria-disabled');
    tick();
  }
}

/** What went wrong, for a person. */
function explain(error: unknown): string {
  if (!(error instanceof OtpError)) return 'The service did not answer. Check that it runs, and try again.';
  if (error.status === 429 && error.retryAfter !== undefined) return `Too many requests. Try again in ${clock.asClock(error.retryAfter)}.`;
  if (error.status === 409 || error.status === 404 || error.status === 422) return `${error.message}.`;
  return `The service could not do this now (${error.code}). Try again.`;
}

function say(message: HTMLElement, field: HTMLInputElement, text: string): void {
  message.textContent = text;
  if (text === '') field.removeAttribute('aria-invalid');
  else field.setAttribute('aria-invalid', 'true');
}

function announce(text: string): void {
  announcer.textContent = '';
  // A live region speaks only when its content changes after it was emptied.
  setTimeout(() => {
    announcer.textContent = text;
  }, 50);
}

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} with the id ${id}.`);
  return found;
}
