// Every mail in every language, with sample values. What is shown stands in the address, so that it can be passed on.
// The HTML of a mail is rendered in a sandboxed frame with its own policy.

import { copy } from './clipboard.js';
import { showTab, wireTabs } from './tabs.js';

const previewsUrl = '/dev/mails/previews';
const requestTimeout = 8000;
const wide = matchMedia('(min-width: 860px)');
const variantNames = { '': '', link: 'with a link', 'no-name': 'no name', 'long-code': 'long code', summary: 'summary' };

const byId = (id) => document.getElementById(id);
const list = byId('list');
const choices = ['language', 'scheme', 'width'].map(byId);
const tabs = [...document.querySelectorAll('[role="tab"]')];

let previews = [];
let tab = 'rendered';
let copyReset = 0;

// ---------------------------------------------------------------- what is shown

function chosenId() {
  const id = location.hash.slice(1);
  return id || (wide.matches ? previews[0]?.id : undefined);
}

function chosen() {
  return previews.find((preview) => preview.id === chosenId() && preview.language === byId('language').value);
}

function render() {
  document.body.dataset.view = location.hash.length > 1 ? 'mail' : 'list';
  const mail = chosen();
  renderList();
  byId('mail').hidden = mail === undefined;
  byId('nothing-open').hidden = mail !== undefined;
  if (mail === undefined) return;
  byId('subject').textContent = mail.subject;
  byId('subject').lang = mail.language;
  byId('text').textContent = mail.text;
  byId('text').lang = mail.language;
  byId('source').textContent = mail.html;
  renderPanel(mail);
}

function renderList() {
  const template = byId('row');
  const focused = document.activeElement?.closest?.('#list a')?.hash;
  list.replaceChildren(...previews.filter((preview) => preview.language === byId('language').value).map((preview) => {
    const item = template.content.firstElementChild.cloneNode(true);
    const link = item.querySelector('a');
    link.href = `#${preview.id}`;
    if (preview.id === chosenId()) link.setAttribute('aria-current', 'true');
    item.querySelector('.row-to').textContent = nameOf(preview.kind);
    item.querySelector('.row-time').textContent = variantNames[preview.variant] ?? preview.variant;
    item.querySelector('.row-subject').textContent = preview.subject;
    item.querySelector('.row-subject').lang = preview.language;
    return item;
  }));
  if (focused) [...list.querySelectorAll('a')].find((link) => link.hash === focused)?.focus();
}

function renderPanel(mail) {
  clearTimeout(copyReset);
  byId('copy-panel').textContent = 'Copy';
  byId('copy-panel').hidden = tab === 'rendered';
  byId('copy-panel').setAttribute('aria-label', tab === 'text' ? 'Copy plain text' : 'Copy HTML source');
  showTab(tabs, tab);
  const panel = byId('panel-rendered');
  panel.dataset.width = byId('width').value;
  const src = `${previewsUrl}/${mail.language}/${mail.id}/html?scheme=${byId('scheme').value}`;
  if (panel.firstElementChild?.getAttribute('src') === src) return;
  // A new frame each time: changing the address of a frame would add to the history of the page.
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', '');
  frame.title = `Rendered mail: ${mail.subject}`;
  frame.src = src;
  panel.replaceChildren(frame);
}

function nameOf(kind) {
  const words = kind.replaceAll('-', ' ');
  return words[0].toUpperCase() + words.slice(1);
}

// ---------------------------------------------------------------- choosing

for (const choice of choices) {
  choice.addEventListener('change', () => {
    const url = new URL(location.href);
    url.searchParams.set(choice.id, choice.value);
    history.replaceState(history.state, '', url);
    render();
  });
}

byId('choices').addEventListener('submit', (event) => event.preventDefault());

addEventListener('hashchange', () => {
  render();
  if (location.hash.length > 1) {
    if (!wide.matches) scrollTo(0, 0);
    byId('subject').focus({ preventScroll: true });
  }
});

list.addEventListener('keydown', (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const item = event.target.closest('li');
  const target = {
    ArrowDown: item?.nextElementSibling,
    ArrowUp: item?.previousElementSibling,
    Home: list.firstElementChild,
    End: list.lastElementChild,
  }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  target?.querySelector('a').focus();
});

byId('back').addEventListener('click', () => {
  const id = chosenId();
  history.pushState(null, '', location.pathname + location.search);
  render();
  [...list.querySelectorAll('a')].find((link) => link.hash === `#${id}`)?.focus();
});

addEventListener('popstate', render);
wide.addEventListener('change', render);

// The skip link would take the place of the open mail in the address.
byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('main').focus();
});

wireTabs(tabs, (name) => {
  tab = name;
  render();
});

byId('copy-panel').addEventListener('click', async (event) => {
  const button = event.currentTarget;
  const copied = await copy(tab === 'text' ? chosen().text : chosen().html);
  button.textContent = copied ? 'Copied' : 'Not copied';
  announce(copied ? 'Copied' : 'The browser did not allow copying; select the text instead');
  clearTimeout(copyReset);
  copyReset = setTimeout(() => { button.textContent = 'Copy'; }, 2000);
});

function announce(text) {
  byId('announcer').textContent = '';
  // A live region speaks only when its content changes after it was emptied.
  setTimeout(() => { byId('announcer').textContent = text; }, 50);
}

// ---------------------------------------------------------------- start

async function start() {
  try {
    const response = await fetch(previewsUrl, { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(requestTimeout) });
    if (!response.ok) throw new Error(`${previewsUrl} answered ${response.status}`);
    previews = (await response.json()).results;
  } catch {
    byId('problem').hidden = false;
    byId('loading').hidden = true;
    return;
  }
  const names = new Intl.DisplayNames(['en'], { type: 'language' });
  for (const language of new Set(previews.map((preview) => preview.language))) {
    byId('language').append(new Option(`${names.of(language)} (${language})`, language));
  }
  const asked = new URLSearchParams(location.search);
  const defaults = { language: previews[0].language, scheme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light', width: wide.matches ? '600' : '360' };
  for (const choice of choices) {
    choice.value = asked.get(choice.id) ?? defaults[choice.id];
    if (choice.selectedIndex < 0) choice.value = defaults[choice.id];
  }
  byId('loading').hidden = true;
  list.hidden = false;
  byId('panes').dataset.state = 'filled';
  render();
}

start();
