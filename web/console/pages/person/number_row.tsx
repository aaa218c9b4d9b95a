// One number; its flags are switched in place, at once, and back where Linebook refuses. What is sent names the version that was
// seen: where somebody was faster, both words are shown and nothing is lost.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, api, ask, tagged, type Schemas } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Button, Notice, Switch, Tag } from '../../design/controls.tsx';
import { Menu } from '../../design/menu.tsx';
import { Choice } from '../../design/fields.tsx';
import { Icon } from '../../design/icons.tsx';
import { typeNames } from '../../design/phone_tags.tsx';
import { say } from '../../design/toast.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { fieldLabel, valueText } from '../../format/sentences.ts';
import { Meanwhile } from '../../parts/meanwhile.tsx';

type PhoneNumber = Schemas['PersonPhoneNumber'];
type Change = Pick<Schemas['ContactNumberUpdate'], 'phone_type' | 'primary' | 'do_not_call'>;

function useNumber(id: string, turn: number) {
  const read = useRead(`number/${id}`, async (signal) =>
    tagged(api.GET('/api/v2/phone-numbers/{phone_id}', { params: { path: { phone_id: id } }, signal })),
  );
  useEffect(() => {
    if (turn > 0) read.refresh();
  }, [turn]);
  return read;
}

export function NumberRow({
  number: listed,
  chosen,
  onChoose,
  onChange,
  onEdit,
  onVerify,
  turn,
}: {
  number: PhoneNumber;
  chosen: boolean;
  onChoose: () => void;
  onChange: () => void;
  onEdit: () => void;
  onVerify: () => void;
  turn: number;
}) {
  const may = useMay();
  const read = useNumber(listed.id, turn);
  const [wish, setWish] = useState<Change>({});
  const [stopped, setStopped] = useState<{ change: Change; error: ApiError }>();
  const number: PhoneNumber = { ...listed, ...read.data?.data, ...wish };
  const write = may('contacts:write');

  const send = async (change: Change, etag: string | undefined) => {
    setWish(change);
    setStopped(undefined);
    try {
      read.set(
        await tagged(
          api.PATCH('/api/v2/phone-numbers/{phone_id}', {
            params: { path: { phone_id: listed.id }, header: { 'If-Match': etag } },
            body: change,
          }),
        ),
      );
      onChange();
    } catch (error) {
      if (error instanceof ApiError) setStopped({ change, error });
    }
    setWish({});
  };
  const insist = async (change: Change) => {
    const params = { path: { phone_id: listed.id } };
    const fresh = await tagged(api.GET('/api/v2/phone-numbers/{phone_id}', { params }));
    await send(change, fresh.etag);
  };
  const change = (made: Change) => void send(made, read.data?.etag);
  const remove = async () => {
    try {
      await ask(
        api.DELETE('/api/v2/phone-numbers/{phone_id}', {
          params: { path: { phone_id: listed.id }, header: { 'If-Match': read.data?.etag } },
        }),
      );
      say(`${formatNumber(number.number)} is deleted. Its history stays.`);
      onChange();
    } catch (error) {
      if (error instanceof ApiError)
        say(error.status === 412 ? 'It was changed meanwhile. Look at it, then delete it.' : error.message);
      read.refresh();
    }
  };
  const primaryLabel = number.primary
    ? `Primary ${typeNames[number.phone_type].toLowerCase()} number`
    : `Make it the primary ${typeNames[number.phone_type].toLowerCase()} number`;
  return (
    <li class={chosen ? 'phone chosen' : 'phone'}>
      <div class="phone-row">
        <button
          class={number.primary ? 'star on' : 'star'}
          type="button"
          aria-pressed={number.primary}
          aria-label={primaryLabel}
          title={primaryLabel}
          disabled={!write}
          onClick={() => change({ primary: !number.primary })}>
          <Icon name="star" />
        </button>
        <button class="choose number" type="button" aria-pressed={chosen} onClick={onChoose} title="Ask about this number">
          {formatNumber(number.number)}
        </button>
        <span class="of-type">
          {write ? (
            <Choice
              bare
              label={`Type of ${formatNumber(number.number)}`}
              value={number.phone_type}
              options={Object.entries(typeNames) as [Schemas['PhoneType'], string][]}
              onChange={(phone_type) => change({ phone_type })}
            />
          ) : (
            typeNames[number.phone_type]
          )}
        </span>
        <span class="mark">
          {number.verified ? (
            <Tag tone="ok" icon="check">
              verified
            </Tag>
          ) : (
            may('reach:write') && (
              <Button small onClick={onVerify}>
                Verify
              </Button>
            )
          )}
        </span>
        <Switch
          tone="no"
          checked={number.do_not_call}
          disabled={!write}
          label={`Do not call ${formatNumber(number.number)}`}
          onChange={(do_not_call) => change({ do_not_call })}>
          <span class={number.do_not_call ? 'flagged' : 'quiet'}>Do not call</span>
        </Switch>
        <Menu label={`More about ${formatNumber(number.number)}`}>
          {write && (
            <li>
              <button type="button" onClick={onEdit}>
                Change the number
              </button>
            </li>
          )}
          {number.verified && may('reach:write') && (
            <li>
              <button type="button" onClick={onVerify}>
                Verify again
              </button>
            </li>
          )}
          <li>
            <button type="button" onClick={() => void navigator.clipboard.writeText(number.number)}>
              Copy
            </button>
          </li>
          {write && (
            <li>
              <button type="button" class="danger" onClick={() => void remove()}>
                Delete the number
              </button>
            </li>
          )}
        </Menu>
      </div>
      {stopped?.error.status === 412 && (
        <Meanwhile
          of={`number/${listed.id}`}
          newest={async (signal) => {
            const params = { path: { phone_id: listed.id }, query: { page_size: 1 } };
            return (await ask(api.GET('/api/v2/phone-numbers/{phone_id}/history', { params, signal }))).entries[0];
          }}
          mine={Object.entries(stopped.change)
            .map(([field, value]) => `${fieldLabel(field)}: ${valueText(value ?? null, field)}`)
            .join(', ')}
          onTheirs={() => {
            setStopped(undefined);
            read.refresh();
            onChange();
          }}
          onMine={() => void insist(stopped.change)}
        />
      )}
      {stopped && stopped.error.status !== 412 && <Notice tone="no">{stopped.error.message}</Notice>}
    </li>
  );
}
