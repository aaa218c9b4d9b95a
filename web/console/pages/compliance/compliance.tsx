import { Segments } from '../../design/controls.tsx';
import { go, usePlace } from '../../shell/router.ts';
import { ConsentList } from './consent_list.tsx';
import { Decisions } from './decisions.tsx';
import { DoNotCallLists } from './do_not_call_lists.tsx';
import { PolicyCard } from './policy.tsx';
import { Suppressions } from './suppressions.tsx';
import './compliance.css';

const tabs = {
  decisions: ['Decisions', Decisions],
  policy: ['Policy', PolicyCard],
  consents: ['Consents', ConsentList],
  suppressions: ['Suppressed', Suppressions],
  lists: ['Lists', DoNotCallLists],
} as const;
type Tab = keyof typeof tabs;

export default function Compliance() {
  const { query } = usePlace();
  const asked = query.get('tab') ?? '';
  const tab: Tab = Object.hasOwn(tabs, asked) ? (asked as Tab) : 'decisions';
  const Shown = tabs[tab][1];
  return (
    <div class="page">
      <header class="page-head">
        <h1 class="grow">Compliance</h1>
        <Segments<Tab>
          label="What is shown"
          value={tab}
          onChange={(next) => go(next === 'decisions' ? '/compliance' : `/compliance?tab=${next}`)}
          options={Object.entries(tabs).map(([key, [name]]) => [key as Tab, name] as const)}
        />
      </header>
      <Shown />
    </div>
  );
}
