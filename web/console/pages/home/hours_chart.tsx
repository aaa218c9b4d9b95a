import { BarPlot } from '../../design/bar_plot.tsx';
import { count } from '../../format/numbers.ts';
import type { Hour } from './today.ts';

const marks = [0, 6, 12, 18, 24].map((at) => ({ at, text: String(at) }));
const hourName = (hour: number) => `${hour}:00–${hour + 1}:00`;

export function HoursChart({ hours, now }: { hours: Hour[]; now: Date }) {
  const total = hours.reduce((sum, { calls, texts }) => sum + calls + texts, 0);
  return (
    <BarPlot
      label={`${count(total, 'call or text', 'calls and texts')} today, by hour`}
      bars={{
        layers: [
          { name: 'Calls', color: '--accent', values: hours.map(({ calls }) => calls) },
          { name: 'Texts', color: '--accent-band', values: hours.map(({ texts }) => texts) },
        ],
        marks,
        now: now.getHours() + now.getMinutes() / 60,
      }}
      columns={hours.map((_, hour) => hourName(hour))}
      told={(hour) => `${hourName(hour)}: ${count(hours[hour]!.calls, 'call')}, ${count(hours[hour]!.texts, 'text')}`}>
      by the hour, your time
    </BarPlot>
  );
}
