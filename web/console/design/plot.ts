// Bars over time, drawn by uPlot on a canvas. Loaded when a plot is shown, and not before.
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Layer {
  name: string;
  // A token of tokens.css.
  color: string;
  values: number[];
}
export interface Bars {
  // Drawn upon each other, the first at the foot.
  layers: Layer[];
  // What stands below the bars: where, counted in bars from the left edge, and what.
  marks: { at: number; text: string }[];
  // Where now is, counted in the same way.
  now?: number;
}
export interface Drawn {
  update: (bars: Bars) => void;
  repaint: () => void;
  resize: (width: number) => void;
  destroy: () => void;
}

const barShare = 0.72;
const axisPx = 18;
const scalePx = 36;
const fewest = 4;
const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6];

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Each layer reaches from the foot to its own top; the highest is drawn first, the others over it.
function stacked({ layers }: Bars): UPlot.AlignedData {
  const bars = layers[0]?.values.length ?? 0;
  const sums = layers.map((_, upTo) =>
    Array.from({ length: bars }, (__, bar) => {
      const sum = layers.slice(0, upTo + 1).reduce((total, { values }) => total + values[bar]!, 0);
      return sum === 0 ? null : sum;
    }),
  );
  return [Array.from({ length: bars }, (_, bar) => bar + 0.5), ...sums.reverse()];
}

function nowLine(u: UPlot, now: number | undefined): void {
  if (now === undefined) return;
  const x = Math.round(u.valToPos(now, 'x', true));
  u.ctx.save();
  u.ctx.fillStyle = token('--wait');
  u.ctx.fillRect(x, u.bbox.top, Math.max(1, Math.round(1.5 * devicePixelRatio)), u.bbox.height);
  u.ctx.restore();
}

export function drawBars(into: HTMLElement, first: Bars, height: number, onHover: (bar: number | undefined) => void): Drawn {
  let bars = first;
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const ink = () => token('--ink-3');
  const grid = { stroke: () => token('--line'), width: 1 };
  const paths = UPlot.paths.bars!({ size: [barShare, 48], radius: 0.08 });
  const u = new UPlot(
    {
      width: Math.max(into.clientWidth, 1),
      height,
      padding: [8, 10, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => [0, bars.layers[0]?.values.length ?? 1] },
        y: { range: (_, __, most) => [0, Math.max(most ?? 0, fewest)] },
      },
      axes: [
        {
          font,
          stroke: ink,
          size: axisPx,
          gap: 2,
          grid: { show: false },
          ticks: { show: false },
          splits: () => bars.marks.map(({ at }) => at),
          values: () => bars.marks.map(({ text }) => text),
        },
        { font, stroke: ink, size: scalePx, gap: 4, grid, ticks: { show: false }, incrs: steps, space: 36 },
      ],
      series: [
        {},
        ...[...first.layers].reverse().map(({ name, color }) => ({
          label: name,
          fill: () => token(color),
          stroke: () => token(color),
          width: 0,
          points: { show: false },
          paths,
        })),
      ],
      hooks: {
        draw: [(self) => nowLine(self, bars.now)],
        setCursor: [(self) => onHover((self.cursor.left ?? -1) < 0 ? undefined : (self.cursor.idx ?? undefined))],
      },
    },
    stacked(first),
    into,
  );
  return {
    update: (next) => {
      bars = next;
      u.setData(stacked(next));
    },
    repaint: () => u.redraw(true, true),
    resize: (width) => u.setSize({ width: Math.max(width, 1), height }),
    destroy: () => u.destroy(),
  };
}
