/** Moves the keyboard focus through the messages of a log, and into and out of a message's toolbar. */
import { on } from 'svelte/events';

export interface RovingTarget {
  /** The key of the message that has the focus, or null when it left the messages. */
  focused(key: string | null): void;
  /** End: the latest message. */
  toLatest(): void;
}

const messages = (view: HTMLElement) => [...view.querySelectorAll<HTMLElement>('article')];

export function roveThroughMessages(view: HTMLElement, target: RovingTarget): () => void {
  const step = (from: HTMLElement, by: -1 | 1) => {
    const all = messages(view);
    const next = all[all.indexOf(from) + by];
    if (next === undefined) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  };

  const keydown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!(event.target instanceof HTMLElement)) return;
    const article = event.target.closest<HTMLElement>('article');
    if (event.key === 'End' && !event.shiftKey) {
      event.preventDefault();
      target.toLatest();
      return;
    }
    if (article === null) return;
    const tools = [...article.querySelectorAll<HTMLElement>('[role="toolbar"] button')];
    const at = tools.indexOf(event.target);
    const back = getComputedStyle(article).direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const forth = back === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';

    if (event.target === article && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      step(article, event.key === 'ArrowUp' ? -1 : 1);
    } else if (event.target === article && event.key === 'Enter') {
      tools[0]?.focus();
    } else if (at >= 0 && event.key === 'Escape') {
      article.focus();
    } else if (at >= 0 && (event.key === back || event.key === forth)) {
      tools[(at + (event.key === back ? tools.length - 1 : 1)) % tools.length]?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const stops = [
    on(view, 'keydown', keydown),
    on(view, 'focusin', (event) => {
      const article = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('article') : null;
      target.focused(article?.dataset['key'] ?? null);
    }),
    on(view, 'focusout', (event) => {
      if (!(event.relatedTarget instanceof Node) || !view.contains(event.relatedTarget)) target.focused(null);
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
