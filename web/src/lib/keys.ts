/** What a key means, decided from plain facts, so that components only carry it out. */
import type { Preferences } from './contract';

/** The facts of a `KeyboardEvent` that matter. */
export type Key = Pick<KeyboardEvent, 'key' | 'keyCode' | 'isComposing' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

export interface ComposerFacts {
  readonly sendKey: Preferences['sendKey'];
  /** A touch device, where Enter always breaks the line and the button sends. */
  readonly touch: boolean;
  readonly empty: boolean;
  readonly editing: boolean;
  /** Milliseconds since the last `compositionend`; infinity when there was none. */
  readonly sinceComposition: number;
}

/** `none` leaves the key to the browser; for all others call `preventDefault`. */
export type ComposerAction = 'send' | 'edit_last' | 'cancel_edit' | 'none';

/**
 * Safari ends the composition before the keydown of the Enter that ended it, and that keydown says neither
 * `isComposing` nor, always, 229. Nobody presses Enter twice within this time.
 */
const LATE_KEYDOWN_MS = 60;

/** What a key in the composer does. */
export function composerAction(key: Key, facts: ComposerFacts): ComposerAction {
  if (key.isComposing || key.keyCode === 229) return 'none';
  if (key.key === 'Enter') return enterAction(key, facts);
  const bare = !key.shiftKey && !key.ctrlKey && !key.metaKey && !key.altKey;
  if (key.key === 'ArrowUp' && bare && facts.empty && !facts.editing) return 'edit_last';
  if (key.key === 'Escape' && bare && facts.editing) return 'cancel_edit';
  return 'none';
}

function enterAction(key: Key, facts: ComposerFacts): ComposerAction {
  if (facts.sinceComposition < LATE_KEYDOWN_MS) return 'none';
  const modifier = key.ctrlKey || key.metaKey;
  if (key.altKey) return 'none';
  if (modifier) return key.shiftKey ? 'none' : 'send';
  // Shift+Enter and plain Enter insert a line break by themselves.
  if (key.shiftKey || facts.touch || facts.sendKey === 'mod_enter') return 'none';
  return 'send';
}

/** `switcher`: Ctrl/Cmd+K. `previous_room`, `next_room`: Alt+↑, Alt+↓. */
export type AppAction = 'switcher' | 'previous_room' | 'next_room' | 'none';

/** What a key does anywhere on the page, also while typing: only combinations that write nothing. */
export function appAction(key: Key): AppAction {
  if (key.isComposing || key.keyCode === 229) return 'none';
  const modifier = key.ctrlKey !== key.metaKey;
  if (modifier && !key.altKey && !key.shiftKey && key.key.toLowerCase() === 'k') return 'switcher';
  if (key.altKey && !key.ctrlKey && !key.metaKey && !key.shiftKey) {
    if (key.key === 'ArrowUp') return 'previous_room';
    if (key.key === 'ArrowDown') return 'next_room';
  }
  return 'none';
}

/** Whether a key pressed outside any field should go to the composer: a character, without a modifier but Shift. */
export function startsTyping(key: Key): boolean {
  return !key.isComposing && !key.ctrlKey && !key.metaKey && !key.altKey && key.key !== ' ' && [...key.key].length === 1;
}
