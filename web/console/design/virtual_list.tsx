import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { moved, settled } from './scroll_place.ts';

// Browsers stop at some 30 million pixels.
const tallest = 12_000_000;
const spare = 8;
const restsMs = 150;

// Only the rows that are seen, and a few around them, of any number. Arrow keys go from row to row.
export function VirtualList({
  label,
  total,
  rowHeight,
  render,
  onRange,
  onTop,
  resetKey,
}: {
  label: string;
  total: number;
  rowHeight: number;
  render: (at: number) => ComponentChildren;
  onRange: (first: number, end: number) => void;
  // Whether the first row is seen.
  onTop?: (is: boolean) => void;
  resetKey: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, offset: 0, height: 600 });
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const full = total * rowHeight;
  const shown = Math.min(full, tallest);
  const geometry = useRef({ full, shown, height: 600 });
  geometry.current = { full, shown, height: view.height };
  const { offset } = view;
  const first = Math.max(0, Math.min(Math.floor(offset / rowHeight) - spare, total - 1));
  const end = Math.min(total, Math.ceil((offset + view.height) / rowHeight) + spare);

  const measure = () => {
    const { scrollTop, clientHeight } = box.current!;
    setView((before) => ({ ...moved(before, scrollTop, { ...geometry.current, height: clientHeight }), height: clientHeight }));
    clearTimeout(rest.current);
    if (geometry.current.full > geometry.current.shown) rest.current = setTimeout(setBarRight, restsMs);
  };
  const setBarRight = () =>
    setView((before) => {
      const top = settled(before, geometry.current);
      if (box.current && Math.abs(box.current.scrollTop - top) >= 1) box.current.scrollTop = top;
      return { ...before, top };
    });
  useLayoutEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current!);
    return () => {
      observer.disconnect();
      clearTimeout(rest.current);
    };
  }, []);
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = 0;
    setView((before) => ({ ...before, top: 0, offset: 0 }));
  }, [resetKey]);
  useEffect(() => onRange(first, end), [first, end, resetKey, total]);
  const atTop = offset < rowHeight;
  useEffect(() => onTop?.(atTop), [atTop]);

  const focusRow = (from: HTMLElement, step: number) => {
    const at = Number(from.closest<HTMLElement>('[data-at]')?.dataset.at) + step;
    box.current!.querySelector<HTMLElement>(`[data-at="${at}"] a`)?.focus({ preventScroll: false });
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || !(event.target as HTMLElement).closest('[data-at]')) return;
    event.preventDefault();
    focusRow(event.target as HTMLElement, step);
  };
  const rows = [];
  for (let at = first; at < end; ++at) {
    rows.push(
      <div
        key={at}
        class="virtual-row"
        role="listitem"
        aria-setsize={total}
        aria-posinset={at + 1}
        data-at={at}
        style={{ height: `${rowHeight}px`, transform: `translateY(${view.top + at * rowHeight - offset}px)` }}>
        {render(at)}
      </div>,
    );
  }
  return (
    <div class="virtual" ref={box} role="list" aria-label={label} onKeyDown={onKey} onScroll={measure}>
      <div class="virtual-room" style={{ height: `${shown}px` }}>
        {rows}
      </div>
    </div>
  );
}
