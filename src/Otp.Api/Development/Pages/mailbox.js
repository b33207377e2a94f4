// The mailbox of the Development environment: lists the mails that the service sent and shows one of them.
// What a mail holds is only ever inserted as text; its HTML is rendered in a sandboxed frame with its own policy.

import { copy } from './clipboard.js';
import { showTab, wireTabs } from './tabs.js';

const messagesUrl = '/dev/mailbox/messages';
const pollEvery = 2000;
const requestTimeout = 8000;
const filterDelay = 150;
const baseTitle = document.title;

const byId = (id) => document.getElementById(id);
const panes = byId('panes');
const list = byId('list');
const filter = byId('filter');
const rowTemplate = byId('row');
const announcer = byId('announcer');
const confirmDialog = byId('confirm');

const state = {
  messages: [],
  loaded: false,
  away: false,
  unread: new Set(),
  rows: new Map(),
  shownId: null,
  tab: 'rendered',
};

// ---------------------------------------------------------------- polling

let pollTimer = 0;
let polling = false;
let generation = 0;

async function poll() {
  if (polling) return;
  polling = true;
  clearTimeout(pollTimer);
  const asked = generation;
  try {
    const body = await request('GET');
    // An answer from before the mailbox was emptied would bring the removed mails back.
    if (asked === generation) take(Array.isArray(body.results) ? body.results : []);
    setAway(false);
  } catch {
    setAway(true);
  }
  polling = false;
  if (!document.hidden) pollTimer = setTimeout(poll, pollEvery);
}

async function request(method) {
  const response = await fetch(messagesUrl, {
    method,
    cache: 'no-cache',
    headers: { Accept: 'application/json' },
    signal: AbortSignal.timeout(requestTimeout),
  });
  if (!response.ok) throw new Error(`${method} ${messagesUrl} answered ${response.status}`);
  const text = await response.text();
  return text ? JSON.parse(text) : {};
}

function take(messages) {
  const known = new Set(state.messages.map((message) => message.id));
  const fresh = state.loaded ? messages.filter((message) => !known.has(message.id)) : [];
  state.messages = messages;

  const present = new Set(messages.map((message) => message.id));
  for (const id of state.unread) if (!present.has(id)) state.unread.delete(id);
  for (const message of fresh) state.unread.add(message.id);

  state.loaded = true;
  renderList();
  renderDetail();

  if (fresh.length === 1) announce(`New mail to ${fresh[0].to}: ${fresh[0].subject}`);
  else if (fresh.length > 1) announce(`${fresh.length} new mails`);
}

function setAway(away) {
  if (state.away === away) return;
  state.away = away;
  const problem = byId('problem');
  problem.textContent = away ? 'The service does not answer; trying again.' : '';
  problem.hidden = !away;
  if (away) byId('loading').textContent = 'Waiting for the service…';
  else announce('The service answers again');
  updateTools();
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(pollTimer);
  if (!document.hidden) poll();
});

// ---------------------------------------------------------------- list

function renderList() {
  const wanted = filter.value.trim().toLowerCase();
  const shown = wanted
    ? state.messages.filter((message) => String(message.to).toLowerCase().includes(wanted))
    : state.messages;
  const total = state.messages.length;

  panes.dataset.state = total === 0 ? 'empty' : 'filled';
  byId('loading').hidden = true;
  byId('no-mail').hidden = total > 0;
  byId('no-match').hidden = total === 0 || shown.length > 0;
  list.hidden = shown.length === 0;
  setText(byId('count'), total === 0 ? '' : wanted ? `${shown.length} of ${total}` : `${total}`);
  setText(byId('list-title'), wanted ? `Mails, ${shown.length} of ${total} shown` : `Mails, ${total}`);

  placeRows(shown);
  updateTools();
  updateTitle();
}

// Rows are kept and only moved where they have to, so focus and scroll position survive a poll.
function placeRows(messages) {
  const kept = new Set(messages.map((message) => message.id));
  for (const [id, row] of state.rows) {
    if (kept.has(id)) continue;
    row.item.remove();
    state.rows.delete(id);
  }
  let next = list.firstElementChild;
  for (const message of messages) {
    let row = state.rows.get(message.id);
    if (!row) {
      row = createRow(message);
      state.rows.set(message.id, row);
    }
    if (row.item === next) next = next.nextElementSibling;
    else list.insertBefore(row.item, next);
    updateRow(row, message);
  }
}

function createRow(message) {
  const item = rowTemplate.content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(`.row-${name}`);
  const row = { item, link: item.querySelector('.row'), time: part('time'), isNew: part('new') };
  row.link.href = `#${encodeURIComponent(message.id)}`;
  part('to').textContent = message.to;
  part('subject').textContent = message.subject || '(no subject)';
  part('code').textContent = message.passcode ?? '';
  part('code').hidden = !message.passcode;
  row.time.dateTime = message.sentAt;
  row.time.title = fullDate(message.sentAt);
  return row;
}

function updateRow(row, message) {
  const unread = state.unread.has(message.id);
  setText(row.time, relativeTime(message.sentAt));
  row.isNew.hidden = !unread;
  row.item.classList.toggle('is-new', unread);
  if (message.id === state.shownId) row.link.setAttribute('aria-current', 'true');
  else row.link.removeAttribute('aria-current');
}

function updateRows() {
  for (const message of state.messages) {
    const row = state.rows.get(message.id);
    if (row) updateRow(row, message);
  }
}

list.addEventListener('click', (event) => {
  const link = event.target.closest('a.row');
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open(decodeURIComponent(link.hash.slice(1)));
});

list.addEventListener('keydown', (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const item = event.target.closest('li');
  if (!item) return;
  const target = {
    ArrowDown: item.nextElementSibling,
    ArrowUp: item.previousElementSibling,
    Home: list.firstElementChild,
    End: list.lastElementChild,
  }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  target?.querySelector('.row').focus();
});

let filterTimer = 0;
filter.addEventListener('input', () => {
  clearTimeout(filterTimer);
  filterTimer = setTimeout(applyFilter, filterDelay);
});

function applyFilter() {
  showFilterInAddress();
  if (!state.loaded) return;
  const wanted = filter.value.trim();
  renderList();
  if (wanted && state.messages.length > 0) announce(`${list.childElementCount} of ${state.messages.length} mails shown`);
}

function showFilterInAddress() {
  const url = new URL(location.href);
  const wanted = filter.value.trim();
  if (wanted) url.searchParams.set('to', wanted);
  else url.searchParams.delete('to');
  if (url.href !== location.href) history.replaceState(history.state, '', url);
}

// ---------------------------------------------------------------- one mail

function selectedId() {
  try {
    return decodeURIComponent(location.hash.slice(1)) || null;
  } catch {
    return null;
  }
}

function open(id) {
  const before = selectedId();
  if (id !== before) history.pushState({ fromList: before === null }, '', `#${encodeURIComponent(id)}`);
  renderDetail();
  focusMail();
}

function close() {
  const id = selectedId();
  if (id === null) return;
  if (history.state?.fromList) {
    history.back();
    return;
  }
  history.pushState(null, '', location.pathname + location.search);
  renderDetail();
  focusRow(id);
}

function focusRow(id) {
  (state.rows.get(id)?.link ?? byId('main')).focus();
}

function focusMail() {
  const title = byId('mail').hidden ? byId('gone-title') : byId('subject');
  if (document.body.dataset.view === 'mail') scrollTo(0, 0);
  byId('detail').scrollTop = 0;
  title.focus({ preventScroll: true });
}

function renderDetail() {
  const id = selectedId();
  document.body.dataset.view = id === null ? 'list' : 'mail';
  if (!state.loaded) return;

  const message = id === null ? undefined : state.messages.find((candidate) => candidate.id === id);
  byId('nothing-open').hidden = id !== null;
  byId('gone').hidden = id === null || message !== undefined;
  byId('mail').hidden = message === undefined;

  if (message === undefined) {
    state.shownId = null;
    byId('panel-rendered').replaceChildren();
  } else {
    if (state.shownId !== message.id) fillMail(message);
    setText(byId('sent-ago'), `(${relativeTime(message.sentAt)})`);
  }
  updateRows();
  updateTitle();
}

function fillMail(message) {
  state.shownId = message.id;
  state.unread.delete(message.id);

  byId('subject').textContent = message.subject || '(no subject)';
  byId('from').textContent = message.from ?? '';
  byId('from-row').hidden = !message.from;
  byId('to').textContent = message.to;
  byId('sent').textContent = fullDate(message.sentAt);
  byId('sent').dateTime = message.sentAt;
  byId('passcode').textContent = message.passcode ?? '';
  byId('passcode-box').hidden = !message.passcode;
  byId('text').textContent = message.text || 'This mail has no plain text.';
  byId('source').textContent = message.html || 'This mail has no HTML.';
  byId('panel-rendered').replaceChildren();
  resetCopyButtons();
  selectTab(state.tab);
}

function shownMessage() {
  return state.messages.find((message) => message.id === state.shownId);
}

for (const button of document.querySelectorAll('[data-back]')) button.addEventListener('click', close);

byId('detail').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') close();
});

addEventListener('popstate', () => {
  const before = state.shownId;
  showFilterInAddress();
  renderDetail();
  if (!state.loaded) return;
  if (selectedId() !== null) focusMail();
  else focusRow(before);
});

// The skip link would take the place of the open mail in the address.
byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('main').focus();
});

// ---------------------------------------------------------------- tabs

const tabs = [...document.querySelectorAll('[role="tab"]')];

function selectTab(name) {
  state.tab = name;
  showTab(tabs, name);
  const message = shownMessage();
  const copyable = name === 'text' ? message?.text : name === 'source' ? message?.html : '';
  byId('copy-panel').hidden = !copyable;
  byId('copy-panel').setAttribute('aria-label', name === 'text' ? 'Copy plain text' : 'Copy HTML source');
  if (name === 'rendered' && message) renderFrame(message);
}

// A frame of its own for each mail: changing the address of a frame would add to the history of the page.
function renderFrame(message) {
  const panel = byId('panel-rendered');
  if (panel.childElementCount > 0) return;
  if (!message.html) {
    const hint = document.createElement('p');
    hint.className = 'hint';
    hint.textContent = 'This mail has no HTML; read it as plain text.';
    panel.append(hint);
    return;
  }
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', '');
  frame.title = `Rendered mail: ${message.subject}`;
  frame.src = `${messagesUrl}/${encodeURIComponent(message.id)}/html`;
  panel.append(frame);
}

wireTabs(tabs, (name) => {
  resetCopyButtons();
  selectTab(name);
});

// ---------------------------------------------------------------- copying

const copyResets = new Map();

function resetCopyButtons() {
  for (const [button, timer] of copyResets) {
    clearTimeout(timer);
    button.textContent = 'Copy';
  }
  copyResets.clear();
}

async function copyWith(button, text, what) {
  const copied = await copy(text);
  button.textContent = copied ? 'Copied' : 'Not copied';
  announce(copied ? `${what} copied` : 'The browser did not allow copying; select the text instead');
  clearTimeout(copyResets.get(button));
  copyResets.set(button, setTimeout(() => { button.textContent = 'Copy'; }, 2000));
}

byId('copy-passcode').addEventListener('click', (event) => {
  const passcode = shownMessage()?.passcode;
  if (passcode) copyWith(event.currentTarget, passcode, 'Passcode');
});

byId('copy-panel').addEventListener('click', (event) => {
  const message = shownMessage();
  if (!message) return;
  if (state.tab === 'text') copyWith(event.currentTarget, message.text, 'Plain text');
  else copyWith(event.currentTarget, message.html, 'HTML source');
});

// ---------------------------------------------------------------- emptying

byId('empty').addEventListener('click', () => {
  const total = state.messages.length;
  byId('confirm-text').textContent = total === 1
    ? 'One mail is removed. This cannot be undone.'
    : `All ${total} mails are removed${filter.value.trim() ? ', also those that the filter hides' : ''}. This cannot be undone.`;
  byId('confirm-problem').textContent = '';
  confirmDialog.showModal();
});

byId('confirm-no').addEventListener('click', () => confirmDialog.close());

byId('confirm-yes').addEventListener('click', async (event) => {
  const button = event.currentTarget;
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  try {
    await request('DELETE');
    generation += 1;
    confirmDialog.close();
    if (selectedId() !== null) history.replaceState(null, '', location.pathname + location.search);
    take([]);
    announce('The mailbox is empty');
    byId('main').focus();
  } catch {
    byId('confirm-problem').textContent = 'The mailbox was not emptied: the service does not answer as expected.';
  }
  button.removeAttribute('aria-disabled');
});

// ---------------------------------------------------------------- small things

function updateTools() {
  byId('empty').disabled = !state.loaded || state.away || state.messages.length === 0;
}

function updateTitle() {
  const title = state.unread.size > 0 ? `(${state.unread.size}) ${baseTitle}` : baseTitle;
  if (document.title !== title) document.title = title;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let announceTimer = 0;
function announce(text) {
  clearTimeout(announceTimer);
  announcer.textContent = '';
  // A live region speaks only when its content changes after it was emptied.
  announceTimer = setTimeout(() => { announcer.textContent = text; }, 50);
}

const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const dayOnly = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

function fullDate(value) {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? '' : dateAndTime.format(date);
}

function relativeTime(value) {
  const date = new Date(value);
  const seconds = Math.floor((Date.now() - date.getTime()) / 1000);
  if (Number.isNaN(seconds)) return '';
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return dayOnly.format(date);
}

// ---------------------------------------------------------------- start

filter.value = new URLSearchParams(location.search).get('to') ?? '';
renderDetail();
poll();
