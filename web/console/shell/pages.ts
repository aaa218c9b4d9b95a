// Every page: where it is, what it is called, the scope without which it is not shown, and where its code is.
import type { ComponentType } from 'preact';
import { allows, type Scope, type Session } from '../api/session.ts';
import type { IconName } from '../design/icons.tsx';

export interface PageProps {
  id?: string;
  type?: string;
}
export interface Page {
  // `stays`: pages of one name are one page, which stays as it is while what is open in it changes.
  pattern: string;
  title: string;
  scope?: Scope;
  stays?: string;
  // Of demo installations alone.
  demo?: boolean;
  load: () => Promise<{ default: ComponentType<PageProps> }>;
  nav?: { group: '' | 'Reach' | 'Data' | 'System'; icon: IconName; keys: string };
}

export const pages: Page[] = [
  { pattern: '/', title: 'Home', load: () => import('../pages/home/home.tsx'), nav: { group: '', icon: 'home', keys: 'g h' } },
  {
    pattern: '/contacts',
    title: 'Contacts',
    scope: 'contacts:read',
    load: () => import('../pages/contacts/contacts.tsx'),
    nav: { group: '', icon: 'people', keys: 'g c' },
  },
  { pattern: '/contacts/:type/:id', title: 'Person', scope: 'contacts:read', load: () => import('../pages/person/person.tsx') },
  {
    pattern: '/lines',
    title: 'Lines',
    scope: 'lines:read',
    stays: 'lines',
    load: () => import('../pages/lines/lines.tsx'),
    nav: { group: '', icon: 'line', keys: 'g l' },
  },
  { pattern: '/lines/:id', title: 'Lines', scope: 'lines:read', stays: 'lines', load: () => import('../pages/lines/lines.tsx') },
  {
    pattern: '/agents',
    title: 'Agents',
    scope: 'lines:read',
    load: () => import('../pages/agents/agents.tsx'),
    nav: { group: '', icon: 'agent', keys: 'g e' },
  },
  {
    pattern: '/calls',
    title: 'Calls',
    scope: 'lines:read',
    stays: 'calls',
    load: () => import('../pages/calls/calls.tsx'),
    nav: { group: 'Reach', icon: 'call', keys: 'g a' },
  },
  { pattern: '/calls/:id', title: 'Calls', scope: 'lines:read', stays: 'calls', load: () => import('../pages/calls/calls.tsx') },
  {
    pattern: '/messages',
    title: 'Messages',
    scope: 'reach:read',
    stays: 'messages',
    load: () => import('../pages/messages/messages.tsx'),
    nav: { group: 'Reach', icon: 'text', keys: 'g m' },
  },
  {
    pattern: '/messages/:id',
    title: 'Messages',
    scope: 'reach:read',
    stays: 'messages',
    load: () => import('../pages/messages/messages.tsx'),
  },
  {
    pattern: '/dial-lists',
    title: 'Dial lists',
    scope: 'reach:read',
    load: () => import('../pages/dial_lists/dial_lists.tsx'),
    nav: { group: 'Reach', icon: 'list', keys: 'g d' },
  },
  {
    pattern: '/dial-lists/:id',
    title: 'Dial list',
    scope: 'reach:read',
    load: () => import('../pages/dial_lists/dial_list.tsx'),
  },
  {
    pattern: '/dial-lists/:id/dial',
    title: 'Dialing',
    scope: 'reach:write',
    load: () => import('../pages/dial_lists/dialing.tsx'),
  },
  {
    pattern: '/compliance',
    title: 'Compliance',
    scope: 'reach:read',
    load: () => import('../pages/compliance/compliance.tsx'),
    nav: { group: 'Reach', icon: 'shield', keys: 'g p' },
  },
  {
    pattern: '/import',
    title: 'Import',
    scope: 'contacts:read',
    load: () => import('../pages/import/import.tsx'),
    nav: { group: 'Data', icon: 'import', keys: 'g i' },
  },
  { pattern: '/import/:id', title: 'Import', scope: 'contacts:read', load: () => import('../pages/import/import.tsx') },
  {
    pattern: '/quality',
    title: 'Quality',
    scope: 'contacts:read',
    load: () => import('../pages/quality/quality.tsx'),
    nav: { group: 'Data', icon: 'star', keys: 'g q' },
  },
  {
    pattern: '/audit',
    title: 'Audit',
    scope: 'audit:read',
    load: () => import('../pages/audit/audit.tsx'),
    nav: { group: 'Data', icon: 'audit', keys: 'g u' },
  },
  {
    pattern: '/simulator',
    title: 'Simulator',
    scope: 'reach:read',
    demo: true,
    load: () => import('../pages/simulator/simulator.tsx'),
    nav: { group: 'System', icon: 'phone', keys: 'g s' },
  },
  {
    pattern: '/operate',
    title: 'Operate',
    scope: 'admin',
    stays: 'operate',
    load: () => import('../pages/operate/operate.tsx'),
    nav: { group: 'System', icon: 'operate', keys: 'g o' },
  },
  {
    pattern: '/operate/webhooks/:id',
    title: 'Operate',
    scope: 'admin',
    stays: 'operate',
    load: () => import('../pages/operate/operate.tsx'),
  },
  { pattern: '/design', title: 'Design', load: () => import('../pages/design/gallery.tsx') },
];

export function pageOf(path: string): Page | undefined {
  return (
    pages.find(({ pattern }) => pattern === path) ??
    pages.find(
      ({ pattern }) =>
        pattern.includes(':') &&
        pattern.split('/').length === path.split('/').length &&
        pattern.split('/').every((part, at) => part.startsWith(':') || part === path.split('/')[at]),
    )
  );
}

// What may be shown to whoever is signed in.
export function showsTo(session: Session, page: Page): boolean {
  return (!page.scope || allows(session, page.scope)) && (!page.demo || session.demo === true);
}
