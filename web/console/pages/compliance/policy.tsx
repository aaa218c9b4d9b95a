import { useRef, useState } from 'preact/hooks';
import { api, tagged, type Answered, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Card, Notice, Switch } from '../../design/controls.tsx';
import { say } from '../../design/toast.tsx';
import { valueText } from '../../format/sentences.ts';
import { momentOf, dayNames } from '../../format/times.ts';
import { EditHours, type Purpose } from './edit_hours.tsx';
import { Grid } from './grid.tsx';
import { PolicyMeanwhile } from './policy_meanwhile.tsx';

type Policy = Schemas['Policy'];
type Change = (policy: Policy) => Partial<Policy>;
const purposes = ['care', 'service', 'marketing'] as const;

function capText(caps: Policy['attempts'][Purpose]): string {
  return caps.length === 0
    ? 'as often as it takes'
    : caps.map(({ max, hours }) => `at most ${max} in ${hours === 24 ? 'a day' : `${hours} hours`}`).join(', ');
}

export function PolicyCard() {
  const may = useMay();
  const read = useRead('policy/tagged', (signal) => tagged(api.GET('/policy', { signal })));
  useFollowed(['policy.'], read.refresh);
  const [editing, setEditing] = useState<{ purpose: Purpose; seen: Answered<Policy> }>();
  const policy = read.data?.data;
  const last = useRef<Change>(() => ({}));
  // Only what was changed is put over the policy that was seen: where somebody was faster, one of both is chosen.
  const put = useAction(async (change: Change, seen: Answered<Policy> | undefined) => {
    last.current = change;
    const { hours, attempts, state_rules, holidays, require_list, help_text, texts_kept_days } = {
      ...seen!.data,
      ...change(seen!.data),
    };
    const body = { hours, attempts, state_rules, holidays, require_list, help_text, texts_kept_days };
    read.set(await tagged(api.PUT('/policy', { params: { header: { 'If-Match': seen!.etag } }, body })));
    setEditing(undefined);
    say('From now on every decision goes by it.');
  });
  const meanwhile = put.error?.status === 412 && (
    <PolicyMeanwhile
      busy={put.busy}
      onTheirs={() => {
        setEditing(undefined);
        put.clear();
        read.refresh();
      }}
      onMine={async () => put.run(last.current, await tagged(api.GET('/policy')))}
    />
  );
  if (!policy)
    return <Card title="Policy">{read.error ? <Notice tone="no">{read.error.message}</Notice> : <Bones lines={6} />}</Card>;
  return (
    <div class="stack">
      <div class="purposes">
        {purposes.map((purpose) => (
          <Card
            key={purpose}
            title={`${purpose[0]!.toUpperCase()}${purpose.slice(1)}`}
            tools={
              may('admin') && (
                <Button tone="plain" small onClick={() => setEditing({ purpose, seen: read.data! })}>
                  Change
                </Button>
              )
            }>
            <Grid hours={policy.hours[purpose]} />
            <p class="soft">
              {dayNames(policy.hours[purpose].days).replace(/^./, (letter) => letter.toUpperCase())} {policy.hours[purpose].start}
              –{policy.hours[purpose].end}, {capText(policy.attempts[purpose])}.
            </p>
          </Card>
        ))}
      </div>
      <Card
        title="For marketing"
        tools={
          <span class="quiet">
            version {policy.version}, {momentOf(policy.updated_at)}
          </span>
        }>
        <div class="stack">
          <Switch
            checked={policy.state_rules}
            disabled={!may('admin')}
            onChange={(state_rules) => void put.run(() => ({ state_rules }), read.data)}>
            The states’ own hours and holidays hold, too
          </Switch>
          <Switch
            checked={policy.require_list}
            disabled={!may('admin')}
            onChange={(require_list) => void put.run(() => ({ require_list }), read.data)}>
            Without written consent a national do-not-call list is needed
          </Switch>
          <dl class="pairs">
            <dt>States’ hours</dt>
            <dd>
              {policy.state_hours.source}, as of {valueText(policy.state_hours.as_of)}. No legal advice.
            </dd>
            <dt>Holidays</dt>
            <dd>{policy.holidays.length === 0 ? 'none' : policy.holidays.map((day) => valueText(day)).join(', ')}</dd>
            <dt>HELP is answered</dt>
            <dd>{policy.help_text}</dd>
            <dt>Words of texts</dt>
            <dd>kept for {policy.texts_kept_days} days</dd>
          </dl>
          {!editing && meanwhile}
          {put.error && !meanwhile && !editing && <Notice tone="no">{put.error.message}</Notice>}
        </div>
      </Card>
      {editing && (
        <EditHours
          purpose={editing.purpose}
          policy={editing.seen.data}
          meanwhile={meanwhile}
          error={meanwhile ? undefined : (put.error?.details[0]?.message ?? put.error?.message)}
          busy={put.busy}
          onClose={() => {
            setEditing(undefined);
            put.clear();
          }}
          onSave={(change) => void put.run(change, editing.seen)}
        />
      )}
    </div>
  );
}
