import { useEffect, useRef } from 'preact/hooks';
import { api, ask } from '../api/client.ts';
import { useFollowed } from '../api/follow.ts';
import { useRead } from '../api/query.ts';
import { useMay, useSession } from '../api/session.ts';
import { useLive } from '../api/stream.ts';
import { Button } from '../design/controls.tsx';
import { Menu } from '../design/menu.tsx';
import { Icon } from '../design/icons.tsx';
import { pages, showsTo, type Page } from './pages.ts';
import { usePlace } from './router.ts';
import { paletteKey } from './shortcuts.ts';
import { useTheme } from './theme.ts';

const groups = ['', 'Reach', 'Data', 'System'] as const;
const recounts = { soonMs: 500, longestMs: 5_000 };

// How many numbers there are, counted again when some come and go, but not for each.
function useContactCount(): number | undefined {
  const may = useMay();
  const total = useRead(
    may('contacts:read') ? 'contacts/count' : null,
    async (signal) =>
      (await ask(api.GET('/api/v2/phone-numbers', { params: { query: { limit: 1 } }, signal }))).pagination.total_items,
  );
  useFollowed(['contact_number.created', 'contact_number.deleted', 'import'], total.refresh, recounts);
  return total.data;
}

export function Navigation({
  open,
  onFind,
  onToggle,
  onSignOut,
}: {
  open: boolean;
  onFind: () => void;
  onToggle: () => void;
  onSignOut: (everywhere: boolean) => void;
}) {
  const session = useSession();
  const { path } = usePlace();
  const contacts = useContactCount();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    if (open) nav.current?.querySelector<HTMLElement>('[aria-current], a')?.focus();
  }, [open]);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open || event.defaultPrevented) return;
    onToggle();
    document.querySelector<HTMLElement>('.topbar button')?.focus();
  };
  const shown = pages.filter((page) => page.nav && showsTo(session, page));
  const on = (page: Page) => path === page.pattern || (page.pattern !== '/' && path.startsWith(`${page.pattern}/`));
  return (
    <>
      <header class="topbar">
        <Button tone="plain" icon="menu" label={open ? 'Close the menu' : 'Open the menu'} onClick={onToggle} />
        <Brand />
        <Button tone="plain" icon="search" label="Find" onClick={onFind} />
      </header>
      {open && <div class="scrim" onClick={onToggle} />}
      <nav class={open ? 'nav open' : 'nav'} aria-label="Pages" ref={nav} onKeyDown={onKey}>
        <Brand />
        <button class="find" type="button" onClick={onFind}>
          <Icon name="search" />
          <span>Find anything</span>
          <kbd>{paletteKey}</kbd>
        </button>
        {groups.map((group) => {
          const inside = shown.filter(({ nav }) => nav?.group === group);
          if (inside.length === 0) return null;
          return (
            <div key={group} class="group">
              {group && <p>{group}</p>}
              {inside.map((page) => (
                <a key={page.pattern} href={`/console${page.pattern}`} aria-current={on(page) ? 'page' : undefined}>
                  <Icon name={page.nav!.icon} />
                  <span class="grow">{page.title}</span>
                  {page.pattern === '/contacts' && contacts !== undefined && (
                    <span class="figures quiet">{contacts.toLocaleString('en-US')}</span>
                  )}
                </a>
              ))}
            </div>
          );
        })}
        <Me onSignOut={onSignOut} />
      </nav>
    </>
  );
}

const Brand = () => (
  <a class="brand" href="/console/">
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M11 8v16h11" />
    </svg>
    Linebook
  </a>
);

function Me({ onSignOut }: { onSignOut: (everywhere: boolean) => void }) {
  const session = useSession();
  const live = useLive();
  const may = useMay();
  const [theme, setTheme] = useTheme();
  return (
    <div class="me">
      <div class="grow cut">
        <strong class="cut">{session.account.name}</strong>
        <span class="quiet cut">
          {session.key.name}
          {may('events:read') && (
            <span
              class={live ? 'pulse live' : 'pulse'}
              title={live ? 'Changes appear by themselves' : 'Not connected; what changes meanwhile is shown once it is again'}>
              {live ? 'live' : 'offline'}
            </span>
          )}
        </span>
      </div>
      <Menu label="Theme and session">
        <li>
          <button type="button" onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}>
            <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
            {theme === 'dark' ? 'Light theme' : 'Dark theme'}
          </button>
        </li>
        {theme !== 'system' && (
          <li>
            <button type="button" onClick={() => setTheme('system')}>
              <Icon name="operate" />
              Theme of the system
            </button>
          </li>
        )}
        <li>
          <a href="/console/design">
            <Icon name="info" />
            Design of the console
          </a>
        </li>
        <li>
          <button type="button" onClick={() => onSignOut(false)}>
            <Icon name="out" />
            Sign out
          </button>
        </li>
        <li>
          <button type="button" class="danger" onClick={() => onSignOut(true)}>
            <Icon name="lock" />
            Sign out everywhere
          </button>
        </li>
      </Menu>
    </div>
  );
}
