// Who is in: asked once, then followed. A session is over with its key, or when somebody signs out or in anew in another tab; what
// was on the screen then goes with the whole page, so that nothing of it is left in memory for whoever comes next.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, whenSignedOut } from '../api/client.ts';
import {
  allows,
  currentSession,
  endSession,
  forgetSession,
  standingOf,
  whenChangedElsewhere,
  type Session,
} from '../api/session.ts';
import { beginStream, endStream, whenCut } from '../api/stream.ts';

// A link to sign in with: `token` is undefined where it is not whole.
export interface Link {
  token: string | undefined;
}
type Standing =
  | { state: 'asking' }
  | { state: 'away' }
  | { state: 'in'; session: Session }
  // Signed in already, and a link was opened.
  | { state: 'invited'; session: Session; link: Link }
  | { state: 'out'; link: Link | undefined; over: boolean };

// Who has no stream is not told that the session is over.
const askedEveryMs = 10_000;
const begins = '#token=';

// The token is behind the #, which no browser sends: it is in no server's log. It is taken out of the address before it is used.
function takeLink(): Link | undefined {
  const { hash, pathname, search } = location;
  if (!hash.startsWith(begins)) return undefined;
  history.replaceState(null, '', pathname + search);
  const token = hash.slice(begins.length);
  return { token: /^[A-Za-z0-9_-]{1,200}$/.test(token) ? token : undefined };
}

// Why nobody is signed in is told once the page has been loaded anew.
const over = 'session over';
function loadAnew(why: typeof over | null): void {
  history.replaceState(why, '', location.pathname + location.search);
  location.reload();
}

export function useSignedIn() {
  const [link] = useState(takeLink);
  const [standing, setStanding] = useState<Standing>({ state: 'asking' });
  const open = useRef<Session | undefined>(undefined);
  const enter = (session: Session) => {
    open.current = session;
    setStanding({ state: 'in', session });
    beginStream(allows(session, 'events:read'));
  };
  const begin = () => {
    setStanding({ state: 'asking' });
    currentSession().then(
      (session) => {
        if (!session) setStanding({ state: 'out', link, over: history.state === over });
        else if (link) setStanding({ state: 'invited', session, link });
        else enter(session);
      },
      (error) => {
        if (error instanceof ApiError) setStanding({ state: 'away' });
      },
    );
  };
  const leave = (why: typeof over | null) => {
    if (!open.current) return;
    open.current = undefined;
    endStream();
    endSession();
    forgetSession();
    setStanding({ state: 'asking' });
    loadAnew(why);
  };
  const look = () => {
    if (!open.current) return;
    void standingOf(open.current).then((found) => {
      if (found === 'over') leave(over);
      if (found === 'another' && open.current) {
        open.current = undefined;
        endSession();
        loadAnew(null);
      }
    });
  };
  useEffect(() => {
    whenSignedOut(() => leave(over));
    whenChangedElsewhere(look);
    whenCut(look);
    const seen = () => !document.hidden && look();
    const shown = (event: PageTransitionEvent) => event.persisted && look();
    // Pasted into a page that is open already, a link changes no more than what is behind the #.
    const hash = () => location.hash.startsWith(begins) && location.reload();
    document.addEventListener('visibilitychange', seen);
    addEventListener('pageshow', shown);
    addEventListener('hashchange', hash);
    const timer = setInterval(() => {
      if (!document.hidden && open.current && !allows(open.current, 'events:read')) look();
    }, askedEveryMs);
    begin();
    return () => {
      document.removeEventListener('visibilitychange', seen);
      removeEventListener('pageshow', shown);
      removeEventListener('hashchange', hash);
      clearInterval(timer);
    };
  }, []);
  return { standing, begin, enter, leave: () => leave(null) };
}
