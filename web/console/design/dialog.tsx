import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from './controls.tsx';
import { useModal } from './modal.ts';

// The browser's own modal dialog, which closes on Escape and on a click beside it; the focus begins in its first field.
export function Dialog({
  title,
  onClose,
  onSubmit,
  children,
  footer,
  wide,
  firm,
}: {
  title: string;
  onClose: () => void;
  onSubmit?: () => void;
  children: ComponentChildren;
  footer?: ComponentChildren;
  wide?: boolean;
  // Not closed by a click beside it: what it shows is shown once.
  firm?: boolean;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  const closed = useModal(box, onClose);
  useLayoutEffect(() => {
    box.current?.querySelector<HTMLElement>('[autofocus], .body input, .body select, .body textarea')?.focus();
  }, []);
  const inside = (
    <>
      <header>
        <h2 id={id}>{title}</h2>
        <Button tone="plain" small icon="cross" label="Close" onClick={onClose} />
      </header>
      <div class="body">{children}</div>
      {footer && <footer>{footer}</footer>}
    </>
  );
  return (
    <dialog
      class={wide ? 'dialog wide' : 'dialog'}
      ref={box}
      aria-labelledby={id}
      onClose={closed}
      onClick={(event) => {
        if (event.target === box.current && !firm) onClose();
      }}>
      {onSubmit ? (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}>
          {inside}
        </form>
      ) : (
        <div>{inside}</div>
      )}
    </dialog>
  );
}
