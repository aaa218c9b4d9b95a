// A link was opened by somebody who is signed in. Whose links are opened is not always one's own choice: nothing is given up unasked.
import { useEffect } from 'preact/hooks';
import { useAction, useRead } from '../../api/query.ts';
import { lookAtLink, signInByLink, type Session } from '../../api/session.ts';
import { Button, Notice } from '../../design/controls.tsx';
import type { Link } from '../../shell/signed_in.ts';
import { brokenLink, LinkFault, Sign } from './link_fault.tsx';

const Whose = ({ of: { account, key } }: { of: Pick<Session, 'account' | 'key'> }) => (
  <dd>
    <strong>{account.name}</strong>
    <span class="soft">with the key {key.name}</span>
  </dd>
);

export function TakeOver({
  link: { token },
  session,
  onSignedIn,
}: {
  link: Link;
  session: Session;
  onSignedIn: (session: Session) => void;
}) {
  const whose = useRead(token === undefined ? null : 'link', () => lookAtLink(token!));
  const use = useAction(async () => onSignedIn(await signInByLink(token!)));
  useEffect(() => {
    document.title = 'Sign in · Linebook';
  }, []);
  const error = use.error ?? whose.error;
  return (
    <main class="alone">
      <section class="sign-in" aria-labelledby="take-over">
        <Sign />
        <h1 id="take-over">You are signed in already</h1>
        <dl class="whose">
          <div>
            <dt class="quiet">You are in</dt>
            <Whose of={session} />
          </div>
          {whose.data && (
            <div>
              <dt class="quiet">The link leads into</dt>
              {whose.data.key.id === session.key.id ? <dd>the same, with the same key</dd> : <Whose of={whose.data} />}
            </div>
          )}
        </dl>
        {token === undefined && <Notice tone="wait">{brokenLink}</Notice>}
        {error && <LinkFault error={error} onAgain={use.error ? () => void use.run() : whose.refresh} />}
        {whose.data && !error && (
          <p class="soft">Using the link ends this session in every tab of this browser. If you stay, it is not used up.</p>
        )}
        <Button tone="main" onClick={() => onSignedIn(session)}>
          {error?.status === 410 ? 'Go on as you are' : 'Stay as you are'}
        </Button>
        {whose.data && error?.status !== 410 && (
          <Button busy={use.busy} onClick={() => void use.run()}>
            Use the link
          </Button>
        )}
      </section>
    </main>
  );
}
