/** The language in use: the person's choice, else the browser's, else English. */
import { usePortal, useStore } from '../portal.ts';
import { createStore, type Store } from '../store.ts';
import { languages, type Dictionary, type Language, type Translation, type Words } from './dictionary.ts';

const KEY = 'careledger.language';

export function createLanguage(): Store<Language> {
  const wanted = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2);
  const store = createStore<Language>(languages.find((language) => language === wanted) ?? 'en');
  const apply = (): void => {
    document.documentElement.lang = store.get();
  };
  apply();
  store.subscribe(apply);
  store.subscribe(() => localStorage.setItem(KEY, store.get()));
  return store;
}

export const useLanguage = (): Language => useStore(usePortal().language);

/** The words of one dictionary in the language in use. */
export const useWords = <D extends Words>(dictionary: Dictionary<D>): Translation<D> => dictionary[useLanguage()];
