// The whole design system on one page: what is decided once. Whoever draws a page takes from here.
import { Card, Segments } from '../../design/controls.tsx';
import { Icon, iconNames } from '../../design/icons.tsx';
import { useTheme, type Theme } from '../../shell/theme.ts';
import { Controls } from './gallery_controls.tsx';
import { Words } from './gallery_words.tsx';
import './gallery.css';

const colours = [
  'bg',
  'panel',
  'hover',
  'line',
  'line-2',
  'ink-3',
  'ink-2',
  'ink',
  'accent',
  'accent-soft',
  'accent-band',
  'ok',
  'ok-soft',
  'wait',
  'wait-soft',
  'no',
  'no-soft',
  'mark',
];
const sizes = [
  ['xxl', '28/32', 'A figure that is read across the room'],
  ['xl', '20/28', 'The name of a page'],
  ['l', '15/24', 'A verdict, a dialog'],
  ['m', '13/20', 'Everything else'],
  ['s', '12/16', 'Tags, hints, labels of fields'],
  ['xs', '11/16', 'Scales of plots'],
] as const;
const spaces = ['half', '1', 'half-2', '2', '3', '4', '6'];

export default function Gallery() {
  const [theme, setTheme] = useTheme();
  return (
    <div class="page gallery">
      <header class="page-head">
        <div class="grow">
          <p class="crumb">Console</p>
          <h1>Design</h1>
        </div>
        <Segments<Theme>
          label="Theme"
          value={theme}
          onChange={setTheme}
          options={[
            ['system', 'System'],
            ['light', 'Light'],
            ['dark', 'Dark'],
          ]}
        />
      </header>
      <div class="stack">
        <Card title="Colour">
          <ul class="colours">
            {colours.map((name) => (
              <li key={name}>
                <i class={`c-${name}`} />
                <code>{name}</code>
              </li>
            ))}
          </ul>
          <p class="soft">
            Green is done or allowed, amber is a matter of time, red is a no. Blue is what can be pressed, and where one is.
            Nothing is told by colour alone.
          </p>
        </Card>
        <div class="gallery-two">
          <Card title="Type">
            <ul class="sizes">
              {sizes.map(([name, metric, use]) => (
                <li key={name}>
                  <span class={`t-${name}`}>{use}</span>
                  <code class="quiet">
                    {name} {metric}
                  </code>
                </li>
              ))}
            </ul>
          </Card>
          <Card title="Space, of eight">
            <ul class="spaces">
              {spaces.map((name) => (
                <li key={name}>
                  <i class={`s-${name}`} />
                  <code>{name}</code>
                </li>
              ))}
            </ul>
            <p class="soft">
              Motion takes 120 ms where something answers, 180 ms where something comes; none where the system asks for less.
            </p>
          </Card>
        </div>
        <Controls />
        <Words />
        <Card title="Icons">
          <ul class="icons">
            {iconNames.map((name) => (
              <li key={name}>
                <Icon name={name} />
                <code>{name}</code>
              </li>
            ))}
          </ul>
        </Card>
      </div>
      <p class="quiet licences">
        Set in Inter, which comes under the SIL Open Font License.{' '}
        <a href="/console/licenses.txt" target="_blank" rel="noreferrer">
          Licences of all that is built in
        </a>
      </p>
    </div>
  );
}
