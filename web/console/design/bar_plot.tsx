import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Bars, Drawn } from './plot.ts';

const heightPx = 140;

// Calls `then` whenever the colours are others, by choice or by the system.
function whenThemeChanges(then: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = new MutationObserver(then);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  system.addEventListener('change', then);
  return () => {
    chosen.disconnect();
    system.removeEventListener('change', then);
  };
}

// Bars over time. Who does not see them reads the same figures as a table; `told` is a bar in words, also where one points at it.
export function BarPlot({
  label,
  bars,
  columns,
  told,
  children,
}: {
  label: string;
  bars: Bars;
  // What each bar is called.
  columns: string[];
  told: (bar: number) => string;
  // What is said beside the names of the layers.
  children?: ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | undefined>(undefined);
  const latest = useRef(bars);
  latest.current = bars;
  const [at, setAt] = useState<number>();
  useEffect(() => {
    let gone = false;
    const ends: (() => void)[] = [];
    void import('./plot.ts').then(({ drawBars }) => {
      if (gone || !box.current) return;
      const plot = drawBars(box.current, latest.current, heightPx, setAt);
      drawn.current = plot;
      const size = new ResizeObserver(() => box.current && plot.resize(box.current.clientWidth));
      size.observe(box.current);
      ends.push(() => size.disconnect(), whenThemeChanges(plot.repaint), plot.destroy);
    });
    return () => {
      gone = true;
      drawn.current = undefined;
      for (const end of ends) end();
    };
  }, []);
  useEffect(() => drawn.current?.update(bars), [JSON.stringify(bars)]);
  return (
    <figure class="bar-plot">
      <div class="canvas" ref={box} role="img" aria-label={label} />
      <figcaption>
        {bars.layers.map(({ name, color }) => (
          <span key={name}>
            <svg viewBox="0 0 8 8" aria-hidden="true">
              <rect width="8" height="8" rx="2" fill={`var(${color})`} />
            </svg>
            {name}
          </span>
        ))}
        <span class="quiet figures">{at === undefined ? children : told(at)}</span>
      </figcaption>
      <table class="hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            {bars.layers.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map((column, bar) =>
            bars.layers.every(({ values }) => values[bar] === 0) ? null : (
              <tr key={column}>
                <th scope="row">{column}</th>
                {bars.layers.map(({ name, values }) => (
                  <td key={name}>{values[bar]}</td>
                ))}
              </tr>
            ),
          )}
        </tbody>
      </table>
    </figure>
  );
}
