// Finds people, numbers, lines, saved lists and pages, and does what has no place of its own. Arrow keys, Enter, Escape.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { api, ask } from '../api/client.ts';
import { useRead } from '../api/query.ts';
import { useSavedLists } from '../api/saved_lists.ts';
import { useMay, useSession } from '../api/session.ts';
import { Icon, type IconName } from '../design/icons.tsx';
import { Marked } from '../design/marked.tsx';
import { useModal } from '../design/modal.ts';
import { count, formatNumber, type Piece } from '../format/numbers.ts';
import { addressOf } from '../pages/contacts/wanted.ts';
import { findPeople, foundAtMost, mayFind } from '../parts/find_people.ts';
import { pages, showsTo } from './pages.ts';
import { go } from './router.ts';
import { isDark, setTheme } from './theme.ts';

interface Found {
  key: string;
  icon: IconName;
  pieces: Piece[];
  side?: string;
  run: () => void;
}

const plain = (text: string): Piece[] => [{ text, hit: false }];

function usePeople(text: string): Found[] {
  const may = useMay();
  const wanted = may('contacts:read') && mayFind(text);
  const found = useRead(wanted ? `palette/${text.trim()}` : null, (signal) => findPeople(text, signal));
  if (!wanted) return [];
  return (found.data ?? []).map(({ key, type, id, number, pieces, side }) => ({
    key,
    icon: number ? 'line' : 'people',
    pieces,
    side,
    run: () => go(`/contacts/${type}s/${encodeURIComponent(id)}${number ? `?number=${number.id}` : ''}`),
  }));
}

function useLines(text: string): Found[] {
  const may = useMay();
  const lines = useRead(
    may('lines:read') && text.trim() !== '' ? 'palette-lines' : null,
    async (signal) => (await ask(api.GET('/phone_numbers', { params: { query: { page_size: 100 } }, signal }))).phone_numbers,
  );
  const typed = text.trim().toLowerCase();
  const digits = typed.replace(/[^0-9]/g, '');
  return (lines.data ?? [])
    .filter((line) => line.name?.toLowerCase().includes(typed) || (digits !== '' && line.phone_number?.includes(digits)))
    .slice(0, foundAtMost)
    .map((line) => ({
      key: line.id,
      icon: 'call',
      pieces: plain(line.name ?? formatNumber(line.phone_number ?? line.id)),
      side: `line ${formatNumber(line.phone_number ?? '')}`,
      run: () => go(`/lines/${line.id}`),
    }));
}

function useLists(text: string): Found[] {
  const lists = useSavedLists();
  const typed = text.trim().toLowerCase();
  return (lists.data ?? [])
    .filter((list) => list.name.toLowerCase().includes(typed))
    .slice(0, foundAtMost)
    .map((list) => ({
      key: list.id,
      icon: 'list',
      pieces: plain(list.name),
      side: 'saved list',
      run: () => go(addressOf(list)),
    }));
}

function usePagesAndDeeds(text: string, onSignOut: () => void): Found[] {
  const may = useMay();
  const session = useSession();
  const typed = text.trim().toLowerCase();
  const all: Found[] = pages
    .filter((page) => page.nav && showsTo(session, page))
    .map((page) => ({
      key: page.pattern,
      icon: page.nav!.icon,
      pieces: plain(page.title),
      side: page.nav!.keys,
      run: () => go(page.pattern),
    }));
  if (may('contacts:write'))
    all.push({ key: 'add', icon: 'plus', pieces: plain('Add a contact'), run: () => go('/contacts?add=1') });
  all.push({
    key: 'theme',
    icon: isDark() ? 'sun' : 'moon',
    pieces: plain(isDark() ? 'Light theme' : 'Dark theme'),
    run: () => setTheme(isDark() ? 'light' : 'dark'),
  });
  all.push({ key: 'out', icon: 'out', pieces: plain('Sign out'), run: onSignOut });
  return all.filter(({ pieces }) => pieces[0]!.text.toLowerCase().includes(typed));
}

export function Palette({ onClose, onSignOut }: { onClose: () => void; onSignOut: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  const people = usePeople(text);
  const lines = useLines(text);
  const rest = usePagesAndDeeds(text, onSignOut);
  const lists = useLists(text);
  const all = [...people, ...lines, ...(text.trim() === '' ? [...rest, ...lists] : [...lists, ...rest])];
  const closed = useModal(box, onClose);
  useEffect(() => {
    setAt(0);
  }, [text]);
  useEffect(() => {
    box.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const choose = (found: Found | undefined) => {
    if (found) {
      onClose();
      found.run();
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt((at + 1) % Math.max(all.length, 1));
    else if (event.key === 'ArrowUp') setAt((at + all.length - 1) % Math.max(all.length, 1));
    else if (event.key === 'Enter') choose(all[at]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      class="dialog palette"
      ref={box}
      aria-label="Find anything"
      onClose={closed}
      onClick={(event) => {
        if (event.target === box.current) onClose();
      }}>
      <div class="ask">
        <Icon name="search" />
        <input
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKey}
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-found`}
          aria-activedescendant={all[at] ? `${id}-${at}` : undefined}
          aria-label="Find a person, a number, a line, a page"
          placeholder="Name, number, line or page"
          autocomplete="off"
          spellcheck={false}
        />
        <kbd>Esc</kbd>
      </div>
      <ul role="listbox" id={`${id}-found`} aria-label="Found">
        {all.map((found, index) => (
          <li
            key={found.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(found)}>
            <Icon name={found.icon} />
            <span class="number cut">
              <Marked pieces={found.pieces} />
            </span>
            <span class="quiet cut">{found.side}</span>
          </li>
        ))}
      </ul>
      <p class="hidden" role="status">
        {text.trim() !== '' && count(all.length, 'result')}
      </p>
      {all.length === 0 && <p class="none">Nothing is called “{text}”.</p>}
    </dialog>
  );
}
