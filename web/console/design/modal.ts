import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

// The browser's own modal keeps the focus inside. However it goes, the focus returns to what opened it, or to the page where that
// has gone meanwhile. It is open before the next key: what is typed right behind Ctrl K or / is meant for it.
export function useModal(box: RefObject<HTMLDialogElement | null>, onClose: () => void): () => void {
  useLayoutEffect(() => {
    const dialog = box.current!;
    const before = document.activeElement;
    if (!dialog.open) dialog.showModal();
    return () => {
      dialog.close();
      const back = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : null;
      (back ?? document.getElementById('main'))?.focus({ preventScroll: true });
    };
  }, []);
  // What is taken away by its page closes as well: that is nobody's wish to close what came in its place.
  return () => {
    if (box.current) onClose();
  };
}
