// A line of Twilio beside what Twilio has: compared on a press, and mended where the two have drifted apart.
import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import type { Line } from '../../api/lines.ts';
import { useAction } from '../../api/query.ts';
import { Button, Notice, Tag } from '../../design/controls.tsx';
import { TextField } from '../../design/fields.tsx';
import { say } from '../../design/toast.tsx';

type TwilioLine = Extract<Line, { provider: 'twilio' }>;

export function CarrierCheck({
  line,
  onChange,
  onToken,
}: {
  line: TwilioLine;
  onChange: () => void;
  onToken: (body: Schemas['UpdatePhoneNumberDTO']) => Promise<void>;
}) {
  const sync = useAction(async (take_back: boolean) => {
    const params = { path: { id: line.id }, query: take_back ? { take_back } : {} };
    const now = await ask(api.POST('/phone_numbers/{id}/sync', { params }));
    onChange();
    if (now.status === 'active')
      say(line.status === 'error' ? 'Mended: it takes calls again.' : 'Twilio has it as it should be.');
  });
  const broken = line.status === 'error';
  const can = Object.entries(line.capabilities ?? {}).filter(([, able]) => able);
  return (
    <div class="stack" role="group" aria-label="At Twilio">
      {can.length > 0 && (
        <p class="told">
          {can.map(([name]) => (
            <Tag key={name}>{name.toLowerCase()}</Tag>
          ))}
        </p>
      )}
      <div class="row">
        <Button small busy={sync.busy} onClick={() => void sync.run(false)}>
          {broken ? 'Look again' : 'Compare with Twilio'}
        </Button>
        {broken && (
          <Button small tone="main" busy={sync.busy} onClick={() => void sync.run(true)}>
            Bring its calls back here
          </Button>
        )}
      </div>
      {sync.error && <Notice tone="no">{sync.error.message}</Notice>}
      {broken && <NewToken onToken={onToken} />}
    </div>
  );
}

function NewToken({ onToken }: { onToken: (body: Schemas['UpdatePhoneNumberDTO']) => Promise<void> }) {
  const [token, setToken] = useState('');
  const save = useAction(async () => {
    await onToken({ twilio_auth_token: token.trim() });
    setToken('');
    say('Twilio is asked with the new token.');
  });
  return (
    <form
      class="new-token"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}>
      <TextField
        label="New auth token"
        type="password"
        value={token}
        onInput={setToken}
        complete="new-password"
        fault={save.error?.of('twilio_auth_token') ?? save.error?.message}
        hint="Where Twilio does not take the old one any more."
      />
      <Button small type="submit" busy={save.busy} disabled={token.trim() === ''}>
        Save
      </Button>
    </form>
  );
}
