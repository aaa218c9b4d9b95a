import { useState } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { useAction } from '../../api/query.ts';
import { allows, useSession, type Scope } from '../../api/session.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';
import { scopes } from './scopes.ts';
import { Secret } from './secret.tsx';

const dayMs = 86_400_000;
const lasting = [
  ['', 'Until it is revoked'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
] as const;

// Nobody gives more than they have: what this key cannot do is not offered.
export function NewKey({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const session = useSession();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<Scope[]>(['contacts:read']);
  const [days, setDays] = useState<(typeof lasting)[number][0]>('');
  const [token, setToken] = useState<string>();
  const add = useAction(async () => {
    const expires_at = days && new Date(Date.now() + Number(days) * dayMs).toISOString().replace(/\.[0-9]+Z$/, 'Z');
    const body = { name: name.trim(), scopes: chosen, ...(expires_at && { expires_at }) };
    setToken((await ask(api.POST('/keys', { body }))).token ?? '');
    onMade();
  });
  if (token !== undefined)
    return (
      <Secret
        title={`The token of ${name.trim()}`}
        secret={token}
        about="A program sends it as a bearer; a person signs in here with it."
        onClose={onClose}
      />
    );
  const toggle = (scope: Scope) =>
    setChosen((before) => (before.includes(scope) ? before.filter((each) => each !== scope) : [...before, scope]));
  const of = (field: string) => add.error?.details.find((detail) => detail.field.startsWith(field))?.message;
  return (
    <Dialog
      title="New key"
      onClose={onClose}
      onSubmit={() => void add.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={add.busy} disabled={name.trim() === '' || chosen.length === 0}>
            Make the key
          </Button>
        </>
      }>
      <TextField
        label="What it is for"
        value={name}
        onInput={setName}
        placeholder="Scheduling"
        fault={of('name')}
        autofocus
        maxLength={64}
      />
      <div class="field">
        <span class="label" id="may">
          It may
        </span>
        <div class="kinds" role="group" aria-labelledby="may">
          {scopes
            .filter(([scope]) => allows(session, scope))
            .map(([scope, words]) => (
              <button
                key={scope}
                class="tag"
                type="button"
                title={scope}
                aria-pressed={chosen.includes(scope)}
                onClick={() => toggle(scope)}>
                {words}
              </button>
            ))}
        </div>
        {of('scopes') && (
          <p class="fault" role="alert">
            {of('scopes')}
          </p>
        )}
      </div>
      <SelectField label="It works" value={days} options={lasting} onChange={setDays} fault={of('expires_at')} />
      {add.error && add.error.details.length === 0 && <Notice tone="no">{add.error.message}</Notice>}
    </Dialog>
  );
}
