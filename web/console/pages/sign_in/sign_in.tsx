import { useEffect, useState } from 'preact/hooks';
import { useAction } from '../../api/query.ts';
import { signIn, signInByLink, type Session } from '../../api/session.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { TextField } from '../../design/fields.tsx';
import type { Link } from '../../shell/signed_in.ts';
import { brokenLink, LinkFault, Sign } from './link_fault.tsx';
import './sign_in.css';

// A link that was opened signs in at once; where it does not, a key does.
export function SignIn({
  link,
  over,
  onSignedIn,
}: {
  link: Link | undefined;
  over: boolean;
  onSignedIn: (session: Session) => void;
}) {
  const [key, setKey] = useState('');
  const token = link?.token;
  const byLink = useAction(async (once: string) => onSignedIn(await signInByLink(once)));
  const byKey = useAction(async () => onSignedIn(await signIn(key.trim())));
  useEffect(() => {
    document.title = 'Sign in · Linebook';
    if (token !== undefined) void byLink.run(token);
  }, []);
  if (token !== undefined && !byLink.error)
    return (
      <main class="alone">
        <p class="soft" role="status">
          Signing in…
        </p>
      </main>
    );
  const fault = byKey.error && (byKey.error.of('key') ?? byKey.error.message);
  return (
    <main class="alone">
      <form
        class="sign-in"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() !== '') void byKey.run();
        }}>
        <Sign />
        <h1>Sign in to Linebook</h1>
        {over && !link && (
          <Notice tone="wait">
            Your session is over: it ended by itself, somebody signed out, or its key was revoked. Sign in again and you are back
            where you were.
          </Notice>
        )}
        {link && token === undefined && <Notice tone="wait">{brokenLink}</Notice>}
        {token !== undefined && byLink.error && <LinkFault error={byLink.error} onAgain={() => void byLink.run(token)} />}
        <TextField
          label="API key"
          value={key}
          onInput={setKey}
          type="password"
          complete="current-password"
          autofocus
          placeholder="lbk_…"
          fault={fault}
          hint="It stays with the server; the browser keeps a session of twelve hours."
        />
        <Button tone="main" type="submit" busy={byKey.busy} disabled={key.trim() === ''}>
          {byKey.busy ? 'Signing in…' : 'Sign in'}
        </Button>
        <p class="quiet">
          No key? Whoever runs Linebook makes one with <code>linebook keys create</code>.
        </p>
      </form>
    </main>
  );
}
