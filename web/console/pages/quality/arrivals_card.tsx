import { useFollowed } from '../../api/follow.ts';
import { useRead } from '../../api/query.ts';
import { BarPlot } from '../../design/bar_plot.tsx';
import { Card } from '../../design/controls.tsx';
import { when } from '../../format/times.ts';
import { readArrivals, type Day } from './arrivals.ts';

const rereads = { soonMs: 500, longestMs: 10_000 };
const dayName = (date: Date) => date.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });

function told({ date, delivered, failed, underway }: Day): string {
  const parts = [`${delivered} arrived`, `${failed} failed`, ...(underway > 0 ? [`${underway} underway`] : [])];
  return `${dayName(date)}: ${parts.join(', ')}`;
}

export function ArrivalsCard() {
  const read = useRead('arrivals', (signal) => readArrivals(new Date(), signal));
  useFollowed(['message.'], read.refresh, rereads);
  if (!read.data) return null;
  const { days, since } = read.data;
  const sum = (of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0);
  const [delivered, failed] = [sum((day) => day.delivered), sum((day) => day.failed)];
  if (delivered + failed + sum((day) => day.underway) === 0) return null;
  return (
    <Card
      title="Texts by day"
      tools={<span class="soft figures">{Math.round((delivered / Math.max(delivered + failed, 1)) * 100)} % arrived</span>}>
      <BarPlot
        label={`Texts of the last ${days.length} days: ${delivered} arrived, ${failed} failed`}
        bars={{
          layers: [
            { name: 'Arrived', color: '--accent', values: days.map((day) => day.delivered) },
            { name: 'Failed', color: '--no', values: days.map((day) => day.failed) },
            { name: 'Underway', color: '--accent-band', values: days.map((day) => day.underway) },
          ],
          marks: days.map(({ date }, at) => ({ at: at + 0.5, text: String(date.getDate()) })).filter((_, at) => at % 2 === 1),
        }}
        columns={days.map(({ date }) => dayName(date))}
        told={(day) => told(days[day]!)}>
        {since === undefined ? 'what we sent, your days' : `the newest, since ${when(since)}`}
      </BarPlot>
    </Card>
  );
}
