// The landing page of the Development environment: copy buttons, the host in the commands, the live health.

import { copy } from './clipboard.js';

const shownHost = 'localhost:5080';
const healthEvery = 5000;
const healthTimeout = 4000;

const announcer = document.getElementById('announcer');

showOwnHost();
wireCopyButtons();
watchHealth();

function showOwnHost() {
  // curl takes an address without a scheme as http.
  const host = location.protocol === 'https:' ? `https://${location.host}` : location.host;
  if (!location.host || host === shownHost) return;
  for (const code of document.querySelectorAll('.step pre code')) {
    code.textContent = code.textContent.replaceAll(shownHost, host);
  }
}

function wireCopyButtons() {
  for (const button of document.querySelectorAll('button[data-copy]')) {
    const source = document.getElementById(button.dataset.copy);
    const step = button.dataset.copy.replace('-', ' ');
    let reset = 0;
    button.hidden = false;
    button.addEventListener('click', async () => {
      const copied = await copy(source.textContent);
      button.textContent = copied ? 'Copied' : 'Not copied';
      announce(copied ? `Copied ${step}` : `The browser did not allow copying ${step}`);
      clearTimeout(reset);
      reset = setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
  }
}

function watchHealth() {
  const health = document.getElementById('health');
  const text = document.getElementById('health-text');
  let timer = 0;
  let checking = false;

  async function check() {
    if (checking) return;
    checking = true;
    clearTimeout(timer);
    const ready = await isReady();
    const state = ready ? 'ready' : 'not-ready';
    if (health.dataset.state !== state) {
      health.dataset.state = state;
      text.textContent = ready ? 'ready' : 'not ready';
    }
    checking = false;
    if (!document.hidden) timer = setTimeout(check, healthEvery);
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (!document.hidden) check();
  });
  check();
}

async function isReady() {
  try {
    const response = await fetch('/health/ready', { cache: 'no-store', signal: AbortSignal.timeout(healthTimeout) });
    return response.status === 200;
  } catch {
    return false;
  }
}

function announce(text) {
  announcer.textContent = '';
  // A live region speaks only when its content changes after it was emptied.
  setTimeout(() => { announcer.textContent = text; }, 50);
}
