// The address is the state: paths below /console/, filters in the query, and back works.
import { useEffect, useState } from 'preact/hooks';

export const root = '/console';
export interface Place {
  path: string;
  query: URLSearchParams;
}

const watchers = new Set<() => void>();

export function here(): Place {
  const path = location.pathname.startsWith(root) ? location.pathname.slice(root.length) : location.pathname;
  return { path: path.replace(/\/+$/, '') || '/', query: new URLSearchParams(location.search) };
}

function moved(): void {
  for (const watcher of [...watchers]) watcher();
}
// Back and forward put the scroll where it was; a page that is new begins at its top.
let wentBack = false;
export const cameByHistory = () => wentBack;
addEventListener('popstate', () => {
  wentBack = true;
  moved();
});

export function go(path: string, replace = false): void {
  const to = path.startsWith(root) ? path : root + path;
  if (to === location.pathname + location.search) return;
  wentBack = false;
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  moved();
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const watcher = () => setPlace(here());
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  }, []);
  return place;
}

// Changes filters of the address; what is empty leaves it. Typing replaces, so that back leads to the page before; a `step` is one
// that back takes back.
export function setQuery(changes: Record<string, string | undefined>, kind: 'typing' | 'step' = 'typing'): void {
  const { path, query } = here();
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  go(text === '' ? path : `${path}?${text}`, kind === 'typing');
}

// Every plain link below /console/ is followed without a load.
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest('a');
  if (
    !link ||
    link.target !== '' ||
    link.hasAttribute('download') ||
    link.getAttribute('href')?.startsWith('#') ||
    link.origin !== location.origin ||
    !link.pathname.startsWith(root)
  )
    return;
  // A place on the page that is shown.
  if (link.hash !== '' && link.pathname === location.pathname && link.search === location.search) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

// What is no encoding is taken as it stands: an address may be anything.
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// The id in '/people/patients/pat_1' for '/people/patients/:id'.
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  if (wanted.length !== parts.length) return undefined;
  const found: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    if (part.startsWith(':')) found[part.slice(1)] = decoded(parts[at]!);
    else if (part !== parts[at]) return undefined;
  }
  return found;
}
