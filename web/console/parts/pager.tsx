// Pages by offset, which is in the address.
import { Button } from '../design/controls.tsx';
import { setQuery, usePlace } from '../shell/router.ts';

export function useOffset(): number {
  const asked = Number(usePlace().query.get('offset') ?? 0);
  return Number.isSafeInteger(asked) && asked > 0 ? asked : 0;
}

export function Pager({ offset, pageSize, total }: { offset: number; pageSize: number; total: number | undefined }) {
  if (total === undefined || (total <= pageSize && offset === 0)) return null;
  const show = (to: number) => setQuery({ offset: to > 0 ? String(to) : undefined });
  return (
    <div class="more row">
      <Button small disabled={offset === 0} onClick={() => show(offset - pageSize)}>
        Newer
      </Button>
      <span class="quiet figures">
        {(offset + 1).toLocaleString('en-US')}–{Math.min(offset + pageSize, total).toLocaleString('en-US')}
      </span>
      <Button small disabled={offset + pageSize >= total} onClick={() => show(offset + pageSize)}>
        Older
      </Button>
    </div>
  );
}
