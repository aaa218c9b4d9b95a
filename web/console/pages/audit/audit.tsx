import { Button, Empty, Notice } from '../../design/controls.tsx';
import { useNarrow } from '../../design/narrow.ts';
import { VirtualList } from '../../design/virtual_list.tsx';
import { count } from '../../format/numbers.ts';
import { setQuery, usePlace } from '../../shell/router.ts';
import { filterOf, Filters } from './filters.tsx';
import { useLedger } from './ledger.ts';
import { Row } from './row.tsx';
import { SealState } from './seal_state.tsx';
import { WholeChange } from './whole_change.tsx';
import './audit.css';

export default function Audit() {
  const { query } = usePlace();
  const narrow = useNarrow();
  const filter = filterOf(query);
  const whole = Object.values(filter).every((value) => value === undefined);
  const { window: list, newer, showNewer, onTop } = useLedger(filter);
  const change = Number(query.get('change'));
  return (
    <div class="page wide audit-page">
      <header class="page-head">
        <h1>Audit</h1>
        <p class="soft grow">
          {whole && list.total !== undefined && <span class="figures">{count(list.total, 'change')}, </span>}
          kept for ever. Nobody can edit one.
        </p>
        <SealState />
      </header>
      <Filters query={query} />
      {list.error && <Notice tone="no">{list.error.details[0]?.message ?? list.error.message}</Notice>}
      <section class="card audit" aria-label="Changes">
        {newer !== 0 && (
          <p class="newer" role="status">
            <Button small tone="main" onClick={showNewer}>
              {newer === undefined ? 'Newer changes' : count(newer, 'newer change')}
            </Button>
          </p>
        )}
        {list.total === 0 && <Empty title="No such change">Other filters find more.</Empty>}
        {list.total !== 0 && !(list.error && list.total === undefined) && (
          <VirtualList
            label="Changes"
            total={list.total ?? 12}
            rowHeight={narrow ? 84 : 56}
            resetKey={list.shown}
            onRange={list.want}
            onTop={onTop}
            render={(at) => <Row entry={list.at(at)} />}
          />
        )}
      </section>
      {change > 0 && <WholeChange key={change} sequence={change} onClose={() => setQuery({ change: undefined })} />}
    </div>
  );
}
