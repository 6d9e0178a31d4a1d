/** What a person likes, kept in this browser and shared between its tabs. */
import type { KeyValueStore } from './browser';
import type { Preferences, Theme } from './contract';

/** Also read by `public/theme.js`, before the first paint. */
const THEME = 'chatterbox.theme';
const SEND_KEY = 'chatterbox.send_key';

export class BrowserPreferences implements Preferences {
  #theme = $state<Theme>('system');
  #sendKey = $state<Preferences['sendKey']>('enter');
  readonly #store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.#store = store;
    this.#theme = readTheme(store.get(THEME));
    this.#sendKey = readSendKey(store.get(SEND_KEY));
    this.#show();
  }

  /** Follows what other tabs choose. The result stops that. */
  start(): () => void {
    return this.#store.watch((key, value) => {
      if (key === SEND_KEY) this.#sendKey = readSendKey(value);
      if (key !== THEME) return;
      this.#theme = readTheme(value);
      this.#show();
    });
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    if (theme === 'system') this.#store.remove(THEME);
    else this.#store.set(THEME, theme);
    this.#show();
  }

  get sendKey(): Preferences['sendKey'] {
    return this.#sendKey;
  }

  set sendKey(sendKey: Preferences['sendKey']) {
    this.#sendKey = sendKey;
    this.#store.set(SEND_KEY, sendKey);
  }

  #show(): void {
    const root = document.documentElement;
    if (this.#theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = this.#theme;
  }
}

function readTheme(value: string | null): Theme {
  return value === 'light' || value === 'dark' ? value : 'system';
}

function readSendKey(value: string | null): Preferences['sendKey'] {
  return value === 'mod_enter' ? value : 'enter';
}
