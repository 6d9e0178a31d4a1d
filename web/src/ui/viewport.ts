/**
 * Keeps the workspace above the on-screen keyboard where the keyboard covers the page instead of resizing it (Safari on
 * iOS). Elsewhere `interactive-widget=resizes-content` in index.html has done it already and this changes nothing.
 */
import { on } from 'svelte/events';

export function fitVisibleViewport(element: HTMLElement): (() => void) | undefined {
  const visible = window.visualViewport;
  if (!visible) return undefined;
  const fit = () => {
    // Zoomed in with two fingers, people see a part of the page; that part is not its size.
    if (visible.scale > 1.01 || visible.height > window.innerHeight - 1) {
      element.style.removeProperty('--visible-height');
      return;
    }
    element.style.setProperty('--visible-height', `${visible.height}px`);
    window.scrollTo(0, 0);
  };
  const stops = [on(visible, 'resize', fit), on(visible, 'scroll', fit)];
  return () => stops.forEach((stop) => stop());
}
