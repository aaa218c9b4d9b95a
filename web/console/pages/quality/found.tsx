// Each doubt with its items, and each item with what mends it.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Card, Tag } from '../../design/controls.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { ArrivalsCard } from './arrivals_card.tsx';
import { InOrder } from './in_order.tsx';
import { MendDialog, type Mend } from './mend.tsx';
import { Shares } from './shares.tsx';
import { sharesOf } from './shares_of.ts';

type Report = Schemas['QualityReport'];
const shownAtMost = 24;

const byNumber = (number: string) => `/console/contacts?q=${number}`;

type MendKind = 'verify' | 'change' | 'open';

export function Found({ report }: { report: Report }) {
  const { failing_numbers, invalid_exchanges, unassigned_area_codes, duplicates, persons_without_primary, never_verified } =
    report;
  const may = useMay();
  const [mend, setMend] = useState<Mend>();
  const numbers = (kind: MendKind, items: { id: string | null; number: string }[]) => (
    <Numbers of={items} kind={kind} onMend={setMend} />
  );
  return (
    <>
      <Card title="How much is doubtful">
        <Shares shares={sharesOf(report)} />
      </Card>
      <div class="quality">
        {may('reach:read') && <ArrivalsCard />}
        <Doubt
          id="failing"
          title="Texts fail"
          total={failing_numbers.count}
          mend="Ask them for a number that takes texts, or call instead.">
          {failing_numbers.reasons.length > 0 && (
            <p class="told">
              {failing_numbers.reasons.map((reason) => (
                <Tag key={reason.error_code} tone="no">
                  {reason.numbers} × {(reason.meaning ?? `carrier code ${reason.error_code}`).replace(/\.$/, '')}
                </Tag>
              ))}
            </p>
          )}
          {numbers('open', failing_numbers.items)}
        </Doubt>
        <Doubt
          id="exchange"
          title="Cannot exist"
          total={invalid_exchanges.count}
          mend="The three digits after the area code belong to no exchange: a typing mistake. Look it up and change it.">
          {numbers('change', invalid_exchanges.items)}
        </Doubt>
        <Doubt
          id="area"
          title="Area code of nobody"
          total={unassigned_area_codes.count}
          mend="Nobody was given these area codes: a typing mistake in the first three digits. Open one and change its numbers.">
          <ul class="chips">
            {unassigned_area_codes.items.slice(0, shownAtMost).map((one) => (
              <li key={one.area_code}>
                <a class="number" href={byNumber(one.area_code)}>
                  ({one.area_code}) <span class="quiet">{one.count}</span>
                </a>
              </li>
            ))}
          </ul>
        </Doubt>
        <Doubt
          id="primary"
          title="People with no primary"
          total={persons_without_primary.count}
          mend="Choose which number is tried first.">
          <ul class="chips">
            {persons_without_primary.items.slice(0, shownAtMost).map((one) => (
              <li key={one.id}>
                <a href={`/console/contacts/${one.type}s/${encodeURIComponent(one.id)}`}>{one.name}</a>
                {may('contacts:write') && (
                  <MendButton label={`Choose for ${one.name}`} onClick={() => setMend({ kind: 'primary', ...one })}>
                    Choose
                  </MendButton>
                )}
              </li>
            ))}
          </ul>
        </Doubt>
        <Doubt
          id="shared"
          title="Shared by several people"
          total={duplicates.count}
          mend="Families share phones; a stranger’s number is a mistake. Open one, and delete it from whoever it is not.">
          <ul class="chips">
            {duplicates.items.slice(0, shownAtMost).map((one) => (
              <li key={one.number}>
                <a class="number" href={byNumber(one.number)}>
                  {formatNumber(one.number)} <span class="quiet">{one.people} people</span>
                </a>
              </li>
            ))}
          </ul>
        </Doubt>
        <Doubt
          id="verified"
          title="Never verified"
          total={never_verified.count}
          mend="Verify a number when they are on the phone anyway."
          all="/console/contacts?verified=no">
          {numbers('verify', never_verified.items)}
        </Doubt>
        <InOrder report={report} />
      </div>
      {mend && <MendDialog mend={mend} onClose={() => setMend(undefined)} />}
    </>
  );
}

const mendWords: Record<Exclude<MendKind, 'open'>, string> = { verify: 'Verify', change: 'Change' };

function Numbers({
  of,
  kind,
  onMend,
}: {
  of: { id: string | null; number: string }[];
  kind: MendKind;
  onMend: (mend: Mend) => void;
}) {
  const may = useMay();
  const can = kind !== 'open' && may(kind === 'verify' ? 'reach:write' : 'contacts:write');
  return (
    <ul class="chips">
      {of.slice(0, shownAtMost).map((one) => (
        <li key={`${one.id}${one.number}`}>
          <a class="number" href={byNumber(one.number)}>
            {formatNumber(one.number)}
          </a>
          {can && one.id && (
            <MendButton
              label={`${mendWords[kind]} ${formatNumber(one.number)}`}
              onClick={() => onMend({ kind, phoneId: one.id! })}>
              {mendWords[kind]}
            </MendButton>
          )}
        </li>
      ))}
    </ul>
  );
}

function MendButton({ label, children, onClick }: { label: string; children: string; onClick: () => void }) {
  return (
    <button class="button plain small" type="button" aria-label={label} onClick={onClick}>
      {children}
    </button>
  );
}

function Doubt({
  id,
  title,
  total,
  mend,
  all,
  children,
}: {
  id: string;
  title: string;
  total: number;
  mend: string;
  all?: string;
  children: ComponentChildren;
}) {
  if (total === 0) return null;
  return (
    <div id={id}>
      <Card
        title={
          <>
            {title} <span class="figures quiet">{total.toLocaleString('en-US')}</span>
          </>
        }
        tools={all && <a href={all}>All of them</a>}>
        <div class="doubt">
          <p class="soft">{mend}</p>
          {children}
          {total > shownAtMost && (
            <p class="quiet">
              The first {shownAtMost} of {total.toLocaleString('en-US')}.
            </p>
          )}
        </div>
      </Card>
    </div>
  );
}
