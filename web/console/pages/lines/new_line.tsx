// One form for three kinds of numbers: what each needs is asked, nothing else.
import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useAction } from '../../api/query.ts';
import { Button, Notice, Segments } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';
import { say } from '../../design/toast.tsx';
import { formatNumber, readQuery } from '../../format/numbers.ts';
import { go } from '../../shell/router.ts';
import { PoolArea } from './pool_area.tsx';

type Provider = Schemas['Provider'];
const about: Record<Provider, string> = {
  pia: 'A number that the operator keeps ready. It is in service at once.',
  twilio: 'A number of your Twilio account, or one that is bought there, once.',
  byo: 'A number of your own SIP trunk. Your SIP server asks Linebook where its calls go.',
};

const e164 = (text: string) => {
  const query = readQuery(text);
  return query.kind === 'digits' && query.digits.length === 10 && !text.trim().startsWith('+')
    ? `+1${query.digits}`
    : text.replace(/[ ().-]/g, '');
};

export function NewLine({
  agents,
  onClose,
  onMade,
}: {
  agents: (readonly [string, string])[];
  onClose: () => void;
  onMade: () => void;
}) {
  const [provider, setProvider] = useState<Provider>('pia');
  const [form, setForm] = useState({
    name: '',
    agent: '',
    area: '',
    number: '',
    sid: '',
    token: '',
    uri: '',
    user: '',
    password: '',
  });
  const field = (name: keyof typeof form) => ({
    value: form[name],
    onInput: (value: string) => setForm((before) => ({ ...before, [name]: value })),
  });
  const add = useAction(async () => {
    const shared = { ...(form.name.trim() && { name: form.name.trim() }), ...(form.agent && { ai_agent_id: form.agent }) };
    const area = form.area.trim() ? { area_code: form.area.trim() } : {};
    const body =
      provider === 'pia'
        ? { provider, ...shared, ...area }
        : provider === 'twilio'
          ? {
              provider,
              ...shared,
              twilio_account_sid: form.sid.trim(),
              twilio_auth_token: form.token.trim(),
              ...(form.number.trim() ? { phone_number: e164(form.number) } : area),
            }
          : {
              provider,
              ...shared,
              phone_number: e164(form.number),
              ...(form.uri.trim() && { sip_termination_uri: form.uri.trim() }),
              ...(form.user && { sip_username: form.user }),
              ...(form.password && { sip_password: form.password }),
            };
    const line = await ask(api.POST('/phone_numbers', { body: body as Schemas['CreatePiaPhoneNumberDTO'] }));
    say(
      line.status === 'active'
        ? `${formatNumber(line.phone_number ?? '')} is in service.`
        : 'The carrier is at it. The line shows when it is done.',
    );
    onMade();
    onClose();
    go(`/lines/${line.id}`);
  });
  const of = (name: string) => add.error?.of(name);
  const beside = add.error?.details.some(({ field: at }) =>
    [
      'phone_number',
      'area_code',
      'twilio_account_sid',
      'twilio_auth_token',
      'sip_termination_uri',
      'sip_username',
      'sip_password',
      'name',
      'ai_agent_id',
    ].includes(at),
  );
  return (
    <Dialog
      title="New line"
      onClose={onClose}
      onSubmit={() => void add.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={add.busy}>
            {provider === 'byo' ? 'Add' : 'Get the number'}
          </Button>
        </>
      }>
      <Segments<Provider>
        label="Where the number comes from"
        value={provider}
        onChange={(next) => {
          setProvider(next);
          add.clear();
        }}
        options={[
          ['pia', 'From the pool'],
          ['twilio', 'Twilio'],
          ['byo', 'Own SIP trunk'],
        ]}
      />
      <p class="soft">{about[provider]}</p>
      {provider === 'twilio' && (
        <>
          <TextField label="Account SID" {...field('sid')} placeholder="AC…" fault={of('twilio_account_sid')} />
          <TextField
            label="Auth token"
            type="password"
            {...field('token')}
            fault={of('twilio_auth_token')}
            hint="It is kept sealed, and never shown."
          />
        </>
      )}
      {provider !== 'pia' && (
        <TextField
          label="Number"
          mode="tel"
          {...field('number')}
          fault={of('phone_number')}
          placeholder="+1 585 555 0100"
          hint={provider === 'twilio' ? 'One that the account has. Empty: one is searched for and bought.' : undefined}
        />
      )}
      {provider === 'pia' && <PoolArea area={form.area} fault={of('area_code')} onChange={field('area').onInput} />}
      {provider === 'twilio' && form.number.trim() === '' && (
        <TextField
          label="Area code"
          mode="numeric"
          maxLength={3}
          {...field('area')}
          fault={of('area_code')}
          placeholder="585"
          hint="One of it is searched for at Twilio, and bought once."
        />
      )}
      {provider === 'byo' && (
        <>
          <TextField
            label="Where your trunk takes calls"
            {...field('uri')}
            placeholder="sip:trunk.example.com"
            fault={of('sip_termination_uri')}
          />
          <div class="two">
            <TextField label="SIP user" {...field('user')} fault={of('sip_username')} />
            <TextField
              label="SIP password"
              type="password"
              complete="new-password"
              {...field('password')}
              fault={of('sip_password')}
            />
          </div>
        </>
      )}
      <div class="two">
        <TextField label="Name" {...field('name')} fault={of('name')} placeholder="Front desk" />
        <SelectField
          label="Who answers"
          value={form.agent}
          onChange={(agent) => setForm((before) => ({ ...before, agent }))}
          options={agents}
          fault={of('ai_agent_id')}
        />
      </div>
      {add.error && !beside && <Notice tone="no">{add.error.message}</Notice>}
    </Dialog>
  );
}
