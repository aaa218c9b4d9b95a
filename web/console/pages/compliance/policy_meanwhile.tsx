import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Meanwhile } from '../../parts/meanwhile.tsx';

export function PolicyMeanwhile(given: { busy: boolean; onTheirs: () => void; onMine: () => void }) {
  const may = useMay();
  return (
    <Meanwhile
      of="policy"
      newest={async (signal) => {
        if (!may('audit:read')) return undefined;
        const query = { entity: 'contact_policy' as const, page_size: 1 };
        return (await ask(api.GET('/audit', { params: { query }, signal }))).entries[0];
      }}
      mine=""
      {...given}
    />
  );
}
