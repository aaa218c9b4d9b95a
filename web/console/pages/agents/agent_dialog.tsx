import { useState } from 'preact/hooks';
import { api, ask, tagged } from '../../api/client.ts';
import { useAction, useRead } from '../../api/query.ts';
import { Button, Notice, Segments } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/fields.tsx';
import { Meanwhile } from '../../parts/meanwhile.tsx';
import { addressOf, type Agent, type Kind } from './answer.ts';

export function AgentDialog({ agent, onClose, onSaved }: { agent: Agent | undefined; onClose: () => void; onSaved: () => void }) {
  const [name, setName] = useState(agent?.agent_name ?? '');
  const [kind, setKind] = useState<Kind>(agent?.answer?.type ?? (agent ? 'none' : 'stream'));
  const [address, setAddress] = useState(addressOf(agent?.answer ?? null));
  const path = { agent_id: agent?.agent_id ?? '' };
  const now = (signal?: AbortSignal) => tagged(api.GET('/ai_agents/{agent_id}', { params: { path }, signal }));
  // As it was when this was opened: what came since is another's.
  const seen = useRead(agent ? `agent/${agent.agent_id}` : null, now);
  const save = useAction(async (etag: string | undefined = seen.data?.etag) => {
    const answer =
      kind === 'none' ? null : kind === 'sip' ? { type: kind, sip_uri: address.trim() } : { type: kind, url: address.trim() };
    const body = { agent_name: name.trim(), answer };
    const params = { path, header: { 'If-Match': etag } };
    await (agent ? ask(api.PUT('/ai_agents/{agent_id}', { params, body })) : ask(api.POST('/ai_agents', { body })));
    onSaved();
    onClose();
  });
  const at = save.error?.details.find(({ field }) => field.startsWith('answer'))?.message;
  const hints: Record<Kind, string> = {
    stream: 'wss://agents.example.com/front-desk',
    sip: 'sip:agent@example.com',
    webhook: 'https://agents.example.com/call',
    none: '',
  };
  return (
    <Dialog
      title={agent ? `Change ${agent.agent_name}` : 'New agent'}
      onClose={onClose}
      onSubmit={() => void save.run()}
      footer={
        <>
          <span class="grow">{agent && 'From the next call on.'}</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={save.busy} disabled={name.trim() === ''}>
            {agent ? 'Save' : 'Make the agent'}
          </Button>
        </>
      }>
      <TextField label="Name" value={name} onInput={setName} fault={save.error?.of('agent_name')} autofocus maxLength={64} />
      <div class="field">
        <span class="label" aria-hidden="true">
          How it answers
        </span>
        <Segments<Kind>
          label="How it answers"
          value={kind}
          onChange={setKind}
          options={[
            ['stream', 'Stream'],
            ['sip', 'SIP'],
            ['webhook', 'URL'],
            ['none', 'Not yet'],
          ]}
        />
      </div>
      {kind !== 'none' && <TextField label="Where" value={address} onInput={setAddress} placeholder={hints[kind]} fault={at} />}
      {save.error?.status === 412 && (
        <Meanwhile
          of={`agent/${path.agent_id}`}
          newest={async (signal) => {
            const params = { path, query: { page_size: 1 } };
            return (await ask(api.GET('/ai_agents/{agent_id}/history', { params, signal }))).entries[0];
          }}
          mine={`${name.trim()}${address && kind !== 'none' ? `, ${address.trim()}` : ''}`}
          busy={save.busy}
          onTheirs={() => {
            onSaved();
            onClose();
          }}
          onMine={() => void now().then(({ etag }) => save.run(etag))}
        />
      )}
      {save.error && save.error.status !== 412 && !at && !save.error.of('agent_name') && (
        <Notice tone="no">{save.error.message}</Notice>
      )}
    </Dialog>
  );
}
