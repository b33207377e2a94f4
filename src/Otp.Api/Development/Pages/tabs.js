// What the development pages share: tabs that the arrow keys move between.

export function wireTabs(tabs, choose) {
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => choose(tab.id.slice('tab-'.length)));
    tab.addEventListener('keydown', (event) => {
      const target = {
        ArrowRight: (index + 1) % tabs.length,
        ArrowLeft: (index + tabs.length - 1) % tabs.length,
        Home: 0,
        End: tabs.length - 1,
      }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      tabs[target].click();
      tabs[target].focus();
    });
  }
}

export function showTab(tabs, name) {
  for (const tab of tabs) {
    const selected = tab.id === `tab-${name}`;
    tab.setAttribute('aria-selected', String(selected));
    tab.tabIndex = selected ? 0 : -1;
    document.getElementById(tab.getAttribute('aria-controls')).hidden = !selected;
  }
}
