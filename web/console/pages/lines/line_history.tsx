import { api, ask, type Schemas } from '../../api/client.ts';
import { useActor } from '../../api/actors.ts';
import type { Line } from '../../api/lines.ts';
import { useRead } from '../../api/query.ts';
import { Changes } from '../../design/changes.tsx';
import { tell } from '../../format/sentences.ts';
import { momentOf } from '../../format/times.ts';

const shown = 8;

export async function readLineHistory(id: string, page_size: number, signal?: AbortSignal): Promise<Schemas['LedgerEntry'][]> {
  const params = { params: { path: { id }, query: { page_size } }, signal };
  return (await ask(api.GET('/phone_numbers/{id}/history', params))).entries;
}

export function LineHistory({ line }: { line: Line }) {
  const read = useRead(`line-history/${line.id}/${line.updated_at}`, (signal) => readLineHistory(line.id, shown, signal));
  return (
    <div>
      <h3>History</h3>
      <ol class="small-history">
        {read.data?.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </div>
  );
}

function Entry({ entry }: { entry: Schemas['LedgerEntry'] }) {
  const actor = useActor(entry.actor);
  const told = tell(entry, ['provider', 'phone_number', 'country_code', 'area_code', 'status']);
  return (
    <li>
      <p class="told">
        {told.what}
        <span class="quiet">
          by {actor}, {momentOf(entry.time)}
        </span>
      </p>
      <Changes {...told} />
    </li>
  );
}
