// The registries' lists that decisions look into: how old each is, and whether it still counts.
import { api, ask, type Schemas } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import { Bones, Card, Empty, Notice, Tag } from '../../design/controls.tsx';
import { count } from '../../format/numbers.ts';
import { ageOf, type Age } from './list_age.ts';

const words: Record<Age, readonly [string, 'ok' | 'wait' | 'no']> = {
  fresh: ['counts', 'ok'],
  soon: ['soon too old', 'wait'],
  old: ['too old', 'no'],
};

export function DoNotCallLists() {
  const read = useRead('do-not-call-lists', (signal) => ask(api.GET('/do-not-call-lists', { signal })));
  const { data } = read;
  return (
    <Card title="Do-not-call lists" flush tools={<span class="quiet">loaded by the operator, for everybody here</span>}>
      {read.error && (
        <div class="body">
          <Notice tone="no">{read.error.message}</Notice>
        </div>
      )}
      {read.loading && (
        <div class="bones-body">
          <Bones lines={3} />
        </div>
      )}
      {data?.damaged && (
        <div class="body">
          <Notice tone="no">
            The file of a list cannot be read. Marketing that needs it is refused until the operator has loaded it again.
          </Notice>
        </div>
      )}
      {data?.lists.length === 0 && (
        <Empty title="No list is loaded">
          While the policy asks for one, marketing without written consent is refused; care and service need none. The operator
          loads the registry’s file with <code>linebook import do-not-call</code>.
        </Empty>
      )}
      <ul class="rows registries">
        {data?.lists.map((list) => (
          <Row key={list.name} list={list} validDays={data.national_valid_days} />
        ))}
      </ul>
      {data && data.lists.length > 0 && (
        <p class="soft body">
          The national list counts for {data.national_valid_days} days from the day that it holds. Of a state, the newest counts.
        </p>
      )}
    </Card>
  );
}

type List = Schemas['DoNotCallList'];

function Row({ list, validDays }: { list: List; validDays: number }) {
  const national = list.name === 'national';
  const [word, tone] = words[national ? ageOf(list.age_days, validDays) : 'fresh'];
  return (
    <li>
      <div class="cells">
        <span class="strong">{national ? 'National registry' : `State of ${list.name}`}</span>
        <span class="soft figures">{count(list.numbers, 'number')}</span>
        <span class="soft figures">
          as of {new Date(`${list.as_of}T12:00:00Z`).toLocaleDateString('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })},{' '}
          {list.age_days === 0 ? 'today' : `${count(list.age_days, 'day')} old`}
        </span>
        <span class="end">
          <Tag tone={tone}>{word}</Tag>
        </span>
      </div>
    </li>
  );
}
