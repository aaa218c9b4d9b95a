import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons.tsx';

// Of this menu alone: it may itself stand in a list.
const inMenu = ':scope > ul :is(button, a)';

// A button with what else can be done; closes on Escape, on a click elsewhere, and when something was chosen.
export function Menu({ label, children }: { label: string; children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!open) return;
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    box.current?.querySelector<HTMLElement>(inMenu)?.focus();
    return () => document.removeEventListener('pointerdown', away);
  }, [open]);
  // The focus goes back before anything else is done, so that a dialog that an item opens gives it back there, too.
  const back = () => box.current?.querySelector('button')?.focus();
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && open) {
      event.preventDefault();
      back();
      setOpen(false);
      return;
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const items = [...(box.current?.querySelectorAll<HTMLElement>(inMenu) ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length]?.focus();
  };
  return (
    <div
      class="menu"
      ref={box}
      onKeyDown={onKey}
      onFocusOut={(event) => {
        if (event.relatedTarget && !box.current?.contains(event.relatedTarget as Node)) setOpen(false);
      }}>
      <button
        class="button plain icon small"
        type="button"
        aria-label={label}
        aria-expanded={open}
        onClick={() => setOpen(!open)}>
        <Icon name="more" />
      </button>
      {open && (
        <ul onClickCapture={back} onClick={() => setOpen(false)}>
          {children}
        </ul>
      )}
    </div>
  );
}
