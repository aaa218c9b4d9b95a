import type { ComponentType } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/client.ts';
import { SessionContext, allows, signOut, type Session } from '../api/session.ts';
import { streamBegun } from '../api/stream.ts';
import { Bones, Button, Empty } from '../design/controls.tsx';
import { Toasts, say } from '../design/toast.tsx';
import { SignIn } from '../pages/sign_in/sign_in.tsx';
import { TakeOver } from '../pages/sign_in/take_over.tsx';
import { ConnectionStrip } from './connection.tsx';
import { Navigation } from './navigation.tsx';
import { Palette } from './palette.tsx';
import { pageOf, type PageProps } from './pages.ts';
import { cameByHistory, followLinks, go, match, usePlace } from './router.ts';
import { useShortcuts } from './shortcuts.ts';
import { useSignedIn } from './signed_in.ts';

export function App() {
  const place = usePlace();
  const { standing, begin, enter, leave } = useSignedIn();
  useEffect(() => {
    document.addEventListener('click', followLinks);
    return () => document.removeEventListener('click', followLinks);
  }, []);
  const onSignedIn = (opened: Session) => {
    enter(opened);
    if (place.path === '/sign-in') go('/', true);
  };

  if (standing.state === 'asking') return null;
  if (standing.state === 'away') {
    return (
      <main class="alone">
        <Empty
          page
          title="Linebook does not answer"
          actions={
            <Button tone="main" onClick={begin}>
              Try again
            </Button>
          }>
          The service cannot be reached from here. What you had open is still in the address.
        </Empty>
      </main>
    );
  }
  if (standing.state === 'out') return <SignIn link={standing.link} over={standing.over} onSignedIn={onSignedIn} />;
  if (standing.state === 'invited') return <TakeOver link={standing.link} session={standing.session} onSignedIn={onSignedIn} />;
  return (
    <SessionContext.Provider value={standing.session}>
      <Shell
        session={standing.session}
        onSignOut={(everywhere) => {
          signOut(everywhere).then(leave, (error: unknown) => {
            say(`You are still signed in. ${error instanceof ApiError ? error.message : 'Something went wrong.'}`);
          });
        }}
      />
    </SessionContext.Provider>
  );
}

function Shell({ session, onSignOut }: { session: Session; onSignOut: (everywhere: boolean) => void }) {
  const { path } = usePlace();
  const [palette, setPalette] = useState(false);
  const [drawer, setDrawer] = useState(false);
  useShortcuts({ palette: () => setPalette(true), session });
  useEffect(() => setDrawer(false), [path]);
  return (
    <div class="shell">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          focusMain();
        }}>
        Skip to the page
      </a>
      <Navigation open={drawer} onFind={() => setPalette(true)} onToggle={() => setDrawer(!drawer)} onSignOut={onSignOut} />
      <main id="main" tabIndex={-1} inert={drawer}>
        <PageAt path={path} session={session} />
      </main>
      {palette && <Palette onClose={() => setPalette(false)} onSignOut={() => onSignOut(false)} />}
      <ConnectionStrip />
      <Toasts />
    </div>
  );
}

const focusMain = () => document.getElementById('main')?.focus({ preventScroll: true });

// A new page is told by its title, and the focus is in it: on what the page itself chose, else at its beginning.
function useArrival(shown: string): void {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current && !document.activeElement?.closest('main, dialog')) focusMain();
    first.current = false;
  }, [shown]);
}

function PageAt({ path, session }: { path: string; session: Session }) {
  const page = pageOf(path);
  useEffect(() => {
    if (path === '/sign-in') go('/', true);
  }, [path]);
  const key = page?.stays ?? page?.pattern;
  const shown = page?.stays ?? path;
  useEffect(() => {
    if (!cameByHistory()) scrollTo(0, 0);
  }, [shown]);
  useArrival(shown);
  const [loaded, setLoaded] = useState<{ key: string; Show?: ComponentType<PageProps>; failed?: boolean }>();
  // Before the effects of the page, which may know a better one.
  useLayoutEffect(() => {
    document.title = page ? `${page.title} · Linebook` : 'Linebook';
  }, [page?.pattern, key]);
  useEffect(() => {
    if (page === undefined || loaded?.key === key) return;
    Promise.all([page.load(), streamBegun()]).then(
      ([{ default: Show }]) => setLoaded({ key: key!, Show }),
      () => setLoaded({ key: key!, failed: true }),
    );
  }, [page?.pattern, key]);
  if (page === undefined) {
    return (
      <Empty page title="There is no such page" actions={<Button href="/console/">To Home</Button>}>
        The address leads nowhere. The search finds people, numbers, lines and pages.
      </Empty>
    );
  }
  if (page.scope && !allows(session, page.scope)) {
    return (
      <Empty page title="Your key does not show this">
        It has not the scope <code>{page.scope}</code>. Ask whoever made the key.
      </Empty>
    );
  }
  if (loaded?.key === key && loaded?.failed) {
    return (
      <Empty
        page
        title="This page did not load"
        actions={
          <Button tone="main" onClick={() => location.reload()}>
            Reload
          </Button>
        }>
        The console was renewed meanwhile, or the connection is gone.
      </Empty>
    );
  }
  if (loaded?.key !== key || !loaded?.Show)
    return (
      <div class="page">
        <Bones lines={4} />
      </div>
    );
  return <loaded.Show key={shown} {...match(page.pattern, path)} />;
}
