import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Notice } from '../../design/controls.tsx';
import { Choice } from '../../design/fields.tsx';
import { Icon } from '../../design/icons.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { clock } from '../../format/times.ts';

type Order = Schemas['PhoneOrder'];
type Call = NonNullable<Schemas['PhoneBehaviour']['call']>;
const onCalls: (readonly [Call, string])[] = [
  ['answer', 'answers'],
  ['busy', 'is busy'],
  ['no_answer', 'lets it ring'],
  ['voicemail', 'has its machine on'],
  ['fail', 'cannot be reached'],
];

export function Phone({ number, line }: { number: string; line: string | undefined }) {
  const may = useMay();
  const path = { params: { path: { number } } };
  const read = useRead(`phone/${number}`, (signal) => ask(api.GET('/simulator/phones/{number}', { ...path, signal })));
  useFollowed(['call.', 'message.'], read.refresh);
  const [text, setText] = useState('');
  const order = useAction(async (body: Order) => {
    read.set(await ask(api.POST('/simulator/phones/{number}', { ...path, body })));
  });
  const phone = read.data;
  const write = may('reach:write') && line !== undefined;
  return (
    <section class="card phone-body" aria-label={`Phone ${formatNumber(number)}`}>
      <header>
        <h2 class="number">{formatNumber(number)}</h2>
        {phone && (
          <Choice<Call>
            bare
            label="When it is called it"
            value={phone.behaviour.call ?? 'answer'}
            options={onCalls}
            disabled={!write}
            onChange={(call) => void order.run({ behaviour: { call } })}
          />
        )}
      </header>
      <div class="screen" tabIndex={0} role="log" aria-label="What came to it">
        {read.loading && <Bones lines={3} />}
        {read.error && <Notice tone="no">{read.error.message}</Notice>}
        {phone?.inbox.length === 0 && <p class="quiet">Nothing came yet.</p>}
        {phone &&
          [...phone.inbox].reverse().map((each, at) => (
            <div key={at} class={each.type}>
              {each.type === 'text' ? (
                <p class="came">{each.text}</p>
              ) : (
                <p class="rang">
                  <Icon name="line" /> {each.heard?.length ? each.heard.join(' ') : 'It rang.'}
                </p>
              )}
              <p class="quiet">
                <span class="number">{formatNumber(each.from)}</span> {clock(each.at)}
              </p>
            </div>
          ))}
      </div>
      {order.error && <Notice tone="no">{order.error.message}</Notice>}
      {write && (
        <form
          class="reply"
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim()) {
              void order.run({ text: { to: line, text } });
              setText('');
            }
          }}>
          <input
            class="input"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            aria-label="Text back"
            placeholder="Text back, or STOP"
          />
          <Button type="submit" icon="text" label="Send" disabled={text.trim() === ''} />
          <Button icon="line" label="Call us from this phone" onClick={() => void order.run({ call: { to: line } })} />
        </form>
      )}
    </section>
  );
}
