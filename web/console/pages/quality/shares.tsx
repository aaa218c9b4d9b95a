// How much of the book is doubtful, and in which way: a bar for each, as long as its share; a press leads to its list.

export interface Share {
  id: string;
  title: string;
  total: number;
  of: number;
  tone: 'no' | 'wait' | 'soft';
}

function percent(part: number): string {
  if (part === 0) return 'none';
  return part < 0.01 ? 'under 1 %' : `${Math.round(part * 100)} %`;
}

export function Shares({ shares }: { shares: Share[] }) {
  return (
    <ul class="shares">
      {shares.map(({ id, title, total, of, tone }) => {
        const part = of === 0 ? 0 : Math.min(1, total / of);
        return (
          <li key={id}>
            <a href={`#${id}`}>
              <span>{title}</span>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect width="100" height="8" class="ground" />
                <rect width={total === 0 ? 0 : Math.max(part * 100, 0.6)} height="8" class={tone} />
              </svg>
              <span class="figures strong end">{total.toLocaleString('en-US')}</span>
              <span class="figures quiet end">{percent(part)}</span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}
