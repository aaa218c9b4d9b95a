// Where a list stands that is longer than a browser can scroll. The wheel and keys move it by pixels as in any list; the bar, dragged,
// moves it in proportion; and while nothing moves, the bar is set right again.
export interface Geometry {
  full: number; // pixels of all rows
  shown: number; // pixels that are scrolled
  height: number; // of the view
}
export interface Place {
  top: number; // of the bar
  offset: number; // of the rows
}

const within = (value: number, most: number) => Math.min(Math.max(value, 0), Math.max(most, 0));

const inProportion = (top: number, { full, shown, height }: Geometry) =>
  full <= shown ? top : within((top / Math.max(shown - height, 1)) * (full - height), full - height);

// The bar is at `top` now.
export function moved(from: Place, top: number, geometry: Geometry): Place {
  const { full, shown, height } = geometry;
  if (full <= shown) return { top, offset: top };
  const by = top - from.top;
  const dragged = Math.abs(by) > height;
  return { top, offset: dragged ? inProportion(top, geometry) : within(from.offset + by, full - height) };
}

// Where the bar belongs, by the rows that are seen.
export function settled({ top, offset }: Place, { full, shown, height }: Geometry): number {
  return full <= shown ? top : Math.round((offset / Math.max(full - height, 1)) * (shown - height));
}
