/** Light or dark: the system's choice unless the person made one. */
import { createStore, type Store } from '../store.ts';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'careledger.theme';

export function createTheme(): Store<Theme> {
  const stored = localStorage.getItem(KEY);
  const store = createStore<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system');
  const apply = (): void => {
    const theme = store.get();
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  };
  apply();
  store.subscribe(apply);
  return store;
}

export function toggleTheme(store: Store<Theme>): void {
  const theme = store.get();
  const dark = theme === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
  const next = dark ? 'light' : 'dark';
  localStorage.setItem(KEY, next);
  store.set(next);
}
