// Ctrl K, `/` for the page's own search, and `g` and a letter for pages. Never while somebody types.
import { useEffect } from 'preact/hooks';
import type { Session } from '../api/session.ts';
import { pages, showsTo } from './pages.ts';
import { go } from './router.ts';

const sequenceMs = 1000;

export const paletteKey = navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K';

export function useShortcuts({ palette, session }: { palette: () => void; session: Session }): void {
  useEffect(() => {
    let began = 0;
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        palette();
        return;
      }
      const typing = (event.target as Element).closest('input, textarea, select, dialog, [contenteditable]');
      if (typing || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('[data-search]');
        event.preventDefault();
        if (search) search.focus();
        else palette();
      } else if (event.key === 'g') {
        began = event.timeStamp;
      } else if (event.timeStamp - began < sequenceMs) {
        began = 0;
        const page = pages.find((page) => page.nav?.keys === `g ${event.key}` && showsTo(session, page));
        if (page) {
          event.preventDefault();
          go(page.pattern);
        }
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [session]);
}
