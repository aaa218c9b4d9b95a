// A call or a text from one of our lines. Whether it may leave is shown before, and decided again by the server.
import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import type { Person } from '../../api/people.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';
import { say } from '../../design/toast.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { momentOf } from '../../format/times.ts';
import type { Purpose } from './checks.ts';

export interface Reach {
  channel: 'call' | 'text';
  sendAt?: string;
}
const longest = 1600;
const segment = 160;

export function ReachDialog({
  channel,
  sendAt,
  person,
  number,
  zone,
  onClose,
}: Reach & {
  person: Person;
  number: Schemas['PersonPhoneNumber'];
  zone: string | undefined;
  onClose: () => void;
}) {
  const may = useMay();
  const lines = useRead(
    may('lines:read') ? 'lines/active' : null,
    async (signal) =>
      (await ask(api.GET('/phone_numbers', { params: { query: { status: 'active', page_size: 100 } }, signal }))).phone_numbers,
  );
  const able = (lines.data ?? []).filter((line) => line.provider !== 'byo');
  const [chosen, setLine] = useState<string>();
  const [purpose, setPurpose] = useState<Purpose>('care');
  const [text, setText] = useState('');
  const line_id = chosen ?? able[0]?.id ?? '';
  const send = useAction(async () => {
    if (channel === 'call') {
      await ask(api.POST('/calls', { body: { line_id, to: number.id, purpose } }));
      say(`Calling ${person.first_name} at ${formatNumber(number.number)}.`);
    } else {
      await ask(
        api.POST('/messages', { body: { line_id, to: number.id, purpose, text, ...(sendAt ? { send_at: sendAt } : {}) } }),
      );
      say(sendAt ? `The text leaves ${momentOf(sendAt)}.` : 'The text is on its way.');
    }
    onClose();
  });
  const refused = send.error?.decision;
  const title =
    channel === 'call' ? `Call ${person.first_name}` : sendAt ? `Text ${person.first_name} later` : `Text ${person.first_name}`;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void send.run()}
      footer={
        <>
          <span class="grow number">
            To {formatNumber(number.number)}
            {sendAt && ` · ${momentOf(sendAt, new Date(), zone)} there`}
          </span>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="main"
            type="submit"
            icon={channel === 'call' ? 'line' : undefined}
            busy={send.busy}
            disabled={line_id === '' || (channel === 'text' && text.trim() === '')}>
            {channel === 'call' ? 'Call' : sendAt ? 'Schedule' : 'Send'}
          </Button>
        </>
      }>
      {lines.data && able.length === 0 && (
        <Notice tone="wait">No line can do that: a line of the pool or of Twilio is needed.</Notice>
      )}
      {channel === 'text' && (
        <TextField
          label="Text"
          lines
          value={text}
          onInput={setText}
          autofocus
          maxLength={longest}
          fault={send.error?.of('text')}
          hint={
            text.length > segment
              ? `${text.length} characters, ${Math.ceil(text.length / 153)} parts`
              : `${text.length} of ${segment} characters`
          }
        />
      )}
      <div class="two">
        <SelectField
          label="From"
          value={line_id}
          onChange={setLine}
          fault={send.error?.of('line_id')}
          options={able.map((line) => [line.id, `${line.name ?? 'Line'} ${formatNumber(line.phone_number ?? '')}`] as const)}
        />
        <SelectField<Purpose>
          label="For"
          value={purpose}
          onChange={setPurpose}
          options={[
            ['care', 'Care'],
            ['service', 'Service'],
            ['marketing', 'Marketing'],
          ]}
          fault={send.error?.of('purpose')}
        />
      </div>
      {refused && (
        <Notice tone="wait">
          <p>
            <strong>Not allowed now.</strong>
          </p>
          <ul>
            {refused.reasons.map(({ code, message }) => (
              <li key={code}>{message}</li>
            ))}
          </ul>
          {refused.next_allowed_at && <p>It may be from {momentOf(refused.next_allowed_at)} on.</p>}
        </Notice>
      )}
      {send.error && !refused && send.error.details.length === 0 && <Notice tone="no">{send.error.message}</Notice>}
    </Dialog>
  );
}
