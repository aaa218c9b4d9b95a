import { Button, Card, Tag } from '../../design/controls.tsx';
import { dayNames, minuteOfWeek, viewersZone, weekdays, zoneCity, clock } from '../../format/times.ts';
import { bandsOf, pieces, within, type Hours } from './week_bands.ts';

const cells = Array.from({ length: 24 }, (_, hour) => hour);
const gap = 4;

export function Week({
  wished,
  allowed,
  zone,
  purpose,
  now,
  onEdit,
}: {
  wished: Hours | null;
  allowed: Hours | undefined;
  zone: string | undefined;
  purpose: string;
  now: Date;
  onEdit?: () => void;
}) {
  const outer = bandsOf(allowed);
  const inner = bandsOf(wished).map((band, day) => within(band, outer[day]));
  const at = zone ? minuteOfWeek(now, zone) : undefined;
  const text = `${wished ? `Best ${dayNames(wished.days)} ${wished.start}–${wished.end}` : 'No wish is known'}${allowed ? `, within ${allowed.start}–${allowed.end} for ${purpose}` : ''}`;
  return (
    <Card
      title="Best times"
      tools={
        <>
          {zone && (
            <Tag>
              {zoneCity(zone)}
              {zone !== viewersZone && ` ${clock(now, zone)}`}
            </Tag>
          )}
          {onEdit && (
            <Button tone="plain" small onClick={onEdit}>
              {wished ? 'Change' : 'Set'}
            </Button>
          )}
        </>
      }>
      <div class="week" role="img" aria-label={text}>
        {weekdays.map((day, index) => (
          <div key={day}>
            <span class={at?.day === index ? 'today' : ''}>{day}</span>
            <svg viewBox="0 0 1440 12" preserveAspectRatio="none">
              {cells.map((hour) => (
                <rect key={hour} x={hour * 60 + gap} width={60 - 2 * gap} height="12" rx="8" ry="2" class="cell" />
              ))}
              {pieces(outer[index]).map((piece) => (
                <Piece key={piece.from} {...piece} kind={wished ? 'may' : 'wished soft'} />
              ))}
              {pieces(inner[index]).map((piece) => (
                <Piece key={piece.from} {...piece} kind="wished" />
              ))}
              {at?.day === index && <line x1={at.minute} x2={at.minute} y1="-3" y2="15" class="now" />}
            </svg>
          </div>
        ))}
        <div class="ticks">
          <span />
          <p class="hour-ticks">
            {[0, 6, 12, 18, 24].map((hour) => (
              <span key={hour}>{hour}</span>
            ))}
          </p>
        </div>
      </div>
      <p class="week-words soft">{text}.</p>
    </Card>
  );
}

// Whole cells keep their rounded corners and the gap between them; a part of one is drawn as long as it lasts.
function Piece({ from, to, kind }: { from: number; to: number; kind: string }) {
  const left = from % 60 === 0 ? from + gap : from;
  const right = to % 60 === 0 ? to - gap : to;
  return <rect x={left} width={Math.max(right - left, 1)} height="12" rx="8" ry="2" class={kind} />;
}
