import { api, ask } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useRead } from '../../api/query.ts';
import { Tag } from '../../design/controls.tsx';
import { count } from '../../format/numbers.ts';

// How far the trail is sealed; entries are within seconds, so that some are always on their way.
export function SealState() {
  const read = useRead('seals', (signal) => ask(api.GET('/audit/seals', { signal })));
  useFollowed([''], () => setTimeout(read.refresh, sealedWithinMs));
  if (!read.data) return null;
  const { last_sequence, sealed_sequence } = read.data.ledger;
  const open = last_sequence - sealed_sequence;
  return (
    <span
      class="seal-state"
      title={`A chain of keyed hashes up to entry ${sealed_sequence}. The operator verifies it with: linebook audit verify`}>
      <Tag tone={open > openAtMost ? 'wait' : 'ok'} icon={open > openAtMost ? 'clock' : 'check'}>
        {open === 0 ? `all ${count(last_sequence, 'entry', 'entries')} sealed` : `sealed up to #${sealed_sequence}`}
      </Tag>
    </span>
  );
}

const sealedWithinMs = 3000;
const openAtMost = 1000;
