import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useAction } from '../../api/query.ts';
import { Button, Notice, Switch } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/fields.tsx';
import { go } from '../../shell/router.ts';
import { Secret } from './secret.tsx';

const kinds: (readonly [Schemas['EventPattern'], string])[] = [
  ['contact_number.*', 'Numbers'],
  ['patient.*', 'Patients'],
  ['doctor.*', 'Doctors'],
  ['call.*', 'Calls'],
  ['message.*', 'Texts'],
  ['line.*', 'Lines'],
  ['ai_agent.*', 'Agents'],
  ['dial_list.*', 'Dial lists'],
  ['consent.*', 'Consents'],
  ['suppression.*', 'Suppressions'],
  ['policy.*', 'Policy'],
  ['import.*', 'Imports'],
];

export function NewWebhook({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [url, setUrl] = useState('https://');
  const [all, setAll] = useState(true);
  const [types, setTypes] = useState<Schemas['EventPattern'][]>([]);
  const [ordered, setOrdered] = useState(false);
  const [made, setMade] = useState<Schemas['WebhookWithSecret']>();
  const add = useAction(async () => {
    setMade(await ask(api.POST('/webhooks', { body: { url: url.trim(), types: all ? ['*'] : types, ordered } })));
    onMade();
  });
  if (made?.secret)
    return (
      <Secret
        secret={made.secret}
        onClose={() => {
          onClose();
          go(`/operate/webhooks/${made.id}`);
        }}
      />
    );
  const of = (field: string) => add.error?.details.find((detail) => detail.field.startsWith(field))?.message;
  const toggle = (type: Schemas['EventPattern']) =>
    setTypes((before) => (before.includes(type) ? before.filter((each) => each !== type) : [...before, type]));
  return (
    <Dialog
      title="New webhook"
      onClose={onClose}
      onSubmit={() => void add.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="main"
            type="submit"
            busy={add.busy}
            disabled={url.trim() === '' || url === 'https://' || (!all && types.length === 0)}>
            Make the webhook
          </Button>
        </>
      }>
      <TextField
        label="Where to"
        type="url"
        value={url}
        onInput={setUrl}
        fault={of('url')}
        autofocus
        hint="A public https address: each delivery is a POST."
      />
      <Switch checked={all} onChange={setAll}>
        Everything that happens
      </Switch>
      {!all && (
        <div class="field">
          <span class="label" id="kinds">
            Only
          </span>
          <div class="kinds" role="group" aria-labelledby="kinds">
            {kinds.map(([type, name]) => (
              <button key={type} class="tag" type="button" aria-pressed={types.includes(type)} onClick={() => toggle(type)}>
                {name}
              </button>
            ))}
          </div>
          {of('types') && (
            <p class="fault" role="alert">
              {of('types')}
            </p>
          )}
        </div>
      )}
      <Switch checked={ordered} onChange={setOrdered}>
        In order: what happened to one thing arrives as it happened
      </Switch>
      {add.error && !of('url') && !of('types') && <Notice tone="no">{add.error.message}</Notice>}
    </Dialog>
  );
}
