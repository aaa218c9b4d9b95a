import { useState } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { useLines } from '../../api/lines.ts';
import { useAction } from '../../api/query.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { Choice, TextField } from '../../design/fields.tsx';
import { momentOf } from '../../format/times.ts';
import { Refusal } from '../../parts/refusal.tsx';
import type { Purpose } from '../person/checks.ts';
import type { Message } from './conversations.ts';

const segment = 160;

// Enter sends, with Shift it is a new line. What is refused says why and what can be done, and the words stay.
export function Write({
  number,
  last,
  people,
  onSent,
}: {
  number: string;
  last: Message | undefined;
  people: Message['people'];
  onSent: () => void;
}) {
  const { lines, nameOf } = useLines();
  const [text, setText] = useState('');
  const [purpose, setPurpose] = useState<Purpose>('care');
  const [chosen, setLine] = useState(last?.line_id);
  const [later, setLater] = useState<string>();
  const send = useAction(async (sendAt?: string) => {
    const to = people.length === 1 ? people[0]!.phone_id : number;
    await ask(api.POST('/messages', { body: { line_id, to, purpose, text, ...(sendAt ? { send_at: sendAt } : {}) } }));
    setText('');
    setLater(undefined);
    onSent();
  });
  const able = (lines ?? []).filter((line) => line.status === 'active' && line.provider !== 'byo');
  const line_id = chosen ?? able[0]?.id ?? '';
  const refused = send.error?.decision;
  const go = () => {
    if (text.trim() !== '' && !send.busy)
      void send.run(later ? new Date(later).toISOString().replace(/\.[0-9]+Z$/, 'Z') : undefined);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      go();
    }
  };
  return (
    <form
      class="write"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}>
      {refused && (
        <Refusal title="Not sent." decision={refused}>
          {refused.next_allowed_at && (
            <Button small onClick={() => void send.run(refused.next_allowed_at!)}>
              Send it {momentOf(refused.next_allowed_at)}
            </Button>
          )}
        </Refusal>
      )}
      {send.error && !refused && <Notice tone="no">{send.error.details[0]?.message ?? send.error.message}</Notice>}
      <textarea
        class="input"
        rows={2}
        value={text}
        aria-label="Your text"
        placeholder="Write a text"
        maxLength={1600}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <div class="row">
        <Choice
          bare
          label="From which line"
          value={line_id}
          onChange={setLine}
          options={able.map((line) => [line.id, nameOf(line.id)] as const)}
        />
        <Choice<Purpose>
          bare
          label="What for"
          value={purpose}
          onChange={setPurpose}
          options={[
            ['care', 'for care'],
            ['service', 'for service'],
            ['marketing', 'for marketing'],
          ]}
        />
        <span class="grow quiet figures parts">
          {text.length > segment && `${text.length} characters, ${Math.ceil(text.length / 153)} parts`}
        </span>
        {later === undefined ? (
          <Button tone="plain" small icon="clock" label="Send later" onClick={() => setLater('')} />
        ) : (
          <div class="later">
            <TextField label="Send at" type="datetime-local" value={later} onInput={setLater} fault={send.error?.of('send_at')} />
            <Button tone="plain" small icon="cross" label="Send now instead" onClick={() => setLater(undefined)} />
          </div>
        )}
        <Button tone="main" type="submit" busy={send.busy} disabled={text.trim() === '' || later === '' || line_id === ''}>
          {later ? 'Schedule' : 'Send'}
        </Button>
      </div>
    </form>
  );
}
