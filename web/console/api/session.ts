// Who is signed in. The cookie is the browser's alone; the CSRF token lives in memory and goes with the page.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { ApiError, api, ask, holdCsrfToken, type Schemas } from './client.ts';

export type Session = Schemas['Session'];
export type Scope = Session['key']['scopes'][number];

// The session's own cookie cannot be seen from here. This one says no more than that there may be a session: without it nobody
// is asked who is signed in, which would be an error in the browser's log. Without it people sign in again, no more.
const hint = 'linebook_was_signed_in';

function leaveHint(seconds: number): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${hint}=1; Path=/console; Max-Age=${seconds}; SameSite=Strict${secure}`;
}

export const forgetSession = () => leaveHint(0);

function opened(session: Session): Session {
  holdCsrfToken(session.csrf_token);
  leaveHint(Math.max(0, Math.ceil((Date.parse(session.expires_at) - Date.now()) / 1000)));
  return session;
}

async function readSession(): Promise<Session | undefined> {
  if (!document.cookie.split('; ').includes(`${hint}=1`)) return undefined;
  try {
    return await ask(api.GET('/session'));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    forgetSession();
    return undefined;
  }
}

export async function currentSession(): Promise<Session | undefined> {
  const session = await readSession();
  return session && opened(session);
}

// How the session of this page stands by now: the cookie is every tab's. Where nobody answers, it is as it was.
export async function standingOf(session: Session): Promise<'open' | 'over' | 'another'> {
  try {
    const now = await readSession();
    if (!now) return 'over';
    return now.csrf_token === session.csrf_token ? 'open' : 'another';
  } catch {
    return 'open';
  }
}

// The other tabs of this browser are told when the cookie is another one.
const tabs = new BroadcastChannel('linebook-session');
export function whenChangedElsewhere(then: () => void): void {
  tabs.onmessage = then;
}
function entered(session: Session): Session {
  tabs.postMessage('changed');
  return opened(session);
}

export const signIn = async (key: string) => entered(await ask(api.POST('/session', { body: { key } })));
export const signInByLink = async (token: string) => entered(await ask(api.POST('/session/link', { body: { token } })));
export const lookAtLink = (token: string) => ask(api.POST('/session/link/look', { body: { token } }));

// Nobody is signed out who only believes it: what fails is told.
export async function signOut(everywhere = false): Promise<void> {
  try {
    await ask(api.DELETE('/session', { params: { query: everywhere ? { everywhere } : {} } }));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
  forgetSession();
  tabs.postMessage('changed');
}

// From then on nothing is waited for that would hold up the page's end.
let over = false;
export const endSession = () => {
  over = true;
};
export const isOver = () => over;

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('nobody is signed in');
  return session;
}

// What the key allows: `admin` holds every scope but that of emergencies.
export function allows(session: Session, scope: Scope): boolean {
  return session.key.scopes.includes(scope) || (scope !== 'reach:emergency' && session.key.scopes.includes('admin'));
}

export function useMay(): (scope: Scope) => boolean {
  const session = useSession();
  return (scope) => allows(session, scope);
}
