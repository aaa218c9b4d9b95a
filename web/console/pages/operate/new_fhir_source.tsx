import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useAction } from '../../api/query.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';

const often = [
  ['', 'Only when asked'],
  ['PT5M', 'Every five minutes'],
  ['PT1H', 'Every hour'],
  ['P1D', 'Every day'],
] as const;

export function NewFhirSource({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [url, setUrl] = useState('https://');
  const [token, setToken] = useState('');
  const [every, setEvery] = useState<(typeof often)[number][0]>('PT1H');
  const [prefer, setPrefer] = useState<Schemas['FhirPrefer']>('theirs');
  const add = useAction(async () => {
    await ask(api.POST('/fhir-sources', { body: { url: url.trim(), token: token.trim(), prefer, every: every || null } }));
    onMade();
    onClose();
  });
  const of = (field: string) => add.error?.of(field);
  const beside = ['url', 'token', 'every', 'prefer'].some((field) => of(field));
  return (
    <Dialog
      title="New FHIR source"
      onClose={onClose}
      onSubmit={() => void add.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={add.busy} disabled={token.trim() === ''}>
            Keep in step
          </Button>
        </>
      }>
      <TextField
        label="Its address"
        type="url"
        value={url}
        onInput={setUrl}
        fault={of('url')}
        autofocus
        hint="The base of a FHIR R4 server, as it stands before /Patient."
      />
      <TextField
        label="Token"
        type="password"
        value={token}
        onInput={setToken}
        fault={of('token')}
        hint="Kept sealed, and never shown again."
      />
      <div class="two">
        <SelectField label="It is read" value={every} options={often} onChange={setEvery} fault={of('every')} />
        <SelectField<Schemas['FhirPrefer']>
          label="Where both changed a number"
          value={prefer}
          options={[
            ['theirs', 'Theirs is kept'],
            ['ours', 'Ours is kept'],
          ]}
          onChange={setPrefer}
          fault={of('prefer')}
        />
      </div>
      {add.error && !beside && (
        <Notice tone="no">
          {of('name') ? 'There is a source of this server already.' : (add.error.details[0]?.message ?? add.error.message)}
        </Notice>
      )}
    </Dialog>
  );
}
