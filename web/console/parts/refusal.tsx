import type { ComponentChildren } from 'preact';
import type { Schemas } from '../api/client.ts';
import { Notice } from '../design/controls.tsx';
import { clock, momentOf, viewersZone, zoneCity } from '../format/times.ts';

// A moment by the viewer's clock, and by theirs where that is another.
export function momentText(time: string, zones: readonly string[], now = new Date()): string {
  const other = zones.find((zone) => zone !== viewersZone);
  return `${momentOf(time, now)}${other ? ` (${clock(time, other)} in ${zoneCity(other)})` : ''}`;
}

// Why it may not leave, each reason, and when it may.
export function Refusal({
  title,
  decision,
  children,
}: {
  title: string;
  decision: Schemas['Decision'];
  children?: ComponentChildren;
}) {
  return (
    <Notice tone={decision.next_allowed_at ? 'wait' : 'no'}>
      <p>
        <strong>{title}</strong>
      </p>
      <ul>
        {decision.reasons.map(({ code, message }) => (
          <li key={code}>{message.replace(/^./, (letter) => letter.toUpperCase())}</li>
        ))}
      </ul>
      {decision.next_allowed_at && <p>It may be from {momentText(decision.next_allowed_at, decision.timezones)} on.</p>}
      {children}
    </Notice>
  );
}
