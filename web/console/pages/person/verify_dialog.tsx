import { useEffect, useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useAction } from '../../api/query.ts';
import { Button, Notice, Segments } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/fields.tsx';
import { say } from '../../design/toast.tsx';
import { count, formatNumber } from '../../format/numbers.ts';

const digits = 6;

function useSecondsLeft(until: string | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return until === undefined ? 0 : Math.max(0, Math.round((Date.parse(until) - now) / 1000));
}

// A code goes out, the person on the phone reads it back; the sixth digit sends it.
export function VerifyDialog({
  number,
  onClose,
  onVerified,
}: {
  number: Schemas['PersonPhoneNumber'];
  onClose: () => void;
  onVerified: () => void;
}) {
  const [channel, setChannel] = useState<'text' | 'call'>('text');
  const [started, setStarted] = useState<Schemas['VerificationStarted']>();
  const [code, setCode] = useState('');
  const params = { params: { path: { phone_id: number.id } } };
  const left = useSecondsLeft(started?.expires_at);
  const start = useAction(async () => {
    setStarted(await ask(api.POST('/api/v2/phone-numbers/{phone_id}/verification', { ...params, body: { channel } })));
    setCode('');
    check.clear();
  });
  const check = useAction(async (typed: string) => {
    await ask(api.POST('/api/v2/phone-numbers/{phone_id}/verification/check', { ...params, body: { code: typed } }));
    say(`${formatNumber(number.number)} is verified.`);
    onVerified();
    onClose();
  });
  const type = (typed: string) => {
    const plain = typed.replace(/[^0-9]/g, '').slice(0, digits);
    setCode(plain);
    if (plain.length === digits && plain !== code) void check.run(plain);
  };
  const wrong =
    check.error?.code === 'wrong_code'
      ? check.error.details.find((detail) => detail.checks_left !== undefined)?.checks_left
      : undefined;
  const fault =
    check.error && (wrong === undefined ? check.error.message : `That is not the code. ${count(wrong, 'try', 'tries')} left.`);
  return (
    <Dialog
      title={`Verify ${formatNumber(number.number)}`}
      onClose={onClose}
      onSubmit={() => void (started ? check.run(code) : start.run())}
      footer={
        started ? (
          <>
            <span class="grow">
              {left > 0 ? `Valid for ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}` : 'The code came too late.'}
            </span>
            <Button busy={start.busy} disabled={started.sends_left === 0} onClick={() => void start.run()}>
              Send another
            </Button>
            <Button tone="main" type="submit" busy={check.busy} disabled={code.length < digits}>
              Verify
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button tone="main" type="submit" busy={start.busy}>
              Send the code
            </Button>
          </>
        )
      }>
      {!started && (
        <>
          <p class="soft">A code of six digits goes to the number. Whoever holds the phone reads it back to you.</p>
          <Segments
            label="How the code is sent"
            value={channel}
            onChange={setChannel}
            options={[
              ['text', 'By text'],
              ['call', 'By call'],
            ]}
          />
        </>
      )}
      {started && (
        <div class="code">
          <TextField
            label={`The code that went to ${started.sent_to}`}
            value={code}
            onInput={type}
            mode="numeric"
            autofocus
            complete="one-time-code"
            fault={fault}
            placeholder="••••••"
            hint={channel === 'call' ? 'It is spoken twice, digit by digit.' : undefined}
          />
        </div>
      )}
      {start.error && (
        <Notice tone="no">{start.error.decision?.reasons.map(({ message }) => message).join(', ') || start.error.message}</Notice>
      )}
    </Dialog>
  );
}
