/** Which message the pointer is on: resting (mouse, pen) or pressed long (touch). */
import { on } from 'svelte/events';

const LONG_PRESS_MS = 450;
/** A finger that moves further than this is scrolling, in pixels. */
const SLACK = 10;

export interface PressTarget {
  /** The key of the message below a resting pointer, or null. */
  hovered(key: string | null): void;
  pressedLong(key: string): void;
}

/** The click that follows the lifting of the finger comes within this time, if it comes. */
const LATE_CLICK_MS = 80;

/** What opens below the finger must not be pressed by lifting it. */
function swallowNextClick(): void {
  const stops = [
    on(document, 'click', (event) => event.stopPropagation(), { capture: true }),
    on(document, 'touchend', () => void setTimeout(stop, LATE_CLICK_MS), { capture: true }),
    on(document, 'touchcancel', () => stop(), { capture: true }),
    // The next touch is meant, however soon it comes.
    on(document, 'touchstart', () => stop(), { capture: true }),
  ];
  const stop = () => stops.forEach((each) => each());
}

const keyAt = (event: Event) =>
  event.target instanceof Element ? (event.target.closest<HTMLElement>('article')?.dataset['key'] ?? null) : null;

export function watchPointer(view: HTMLElement, target: PressTarget): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start = { x: 0, y: 0 };
  const cancel = () => clearTimeout(timer);

  const stops = [
    on(view, 'pointerover', (event) => {
      if (event.pointerType !== 'touch') target.hovered(keyAt(event));
    }),
    on(view, 'pointerleave', () => target.hovered(null)),
    on(view, 'pointerdown', (event) => {
      const key = keyAt(event);
      if (event.pointerType !== 'touch' || key === null) return;
      start = { x: event.clientX, y: event.clientY };
      cancel();
      timer = setTimeout(() => {
        swallowNextClick();
        target.pressedLong(key);
      }, LONG_PRESS_MS);
    }),
    on(view, 'pointermove', (event) => {
      if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > SLACK) cancel();
    }),
    on(view, 'pointerup', cancel),
    on(view, 'pointercancel', cancel),
    on(view, 'scroll', cancel, { passive: true }),
    // The browser's own long-press menu would cover ours.
    on(view, 'contextmenu', (event) => {
      if (event instanceof PointerEvent && event.pointerType === 'touch') event.preventDefault();
    }),
    cancel,
  ];
  return () => stops.forEach((stop) => stop());
}
