import { Card, Tag } from '../../design/controls.tsx';
import { callWords, reasonWords, textWords } from '../../design/words.ts';

export function Words() {
  return (
    <Card title="Words">
      <dl class="words">
        <dt>Calls</dt>
        <dd>
          {Object.values(callWords).map(([word, tone]) => (
            <Tag key={word} tone={tone}>
              {word}
            </Tag>
          ))}
        </dd>
        <dt>Texts</dt>
        <dd>
          {Object.values(textWords).map(([word, tone]) => (
            <Tag key={word} tone={tone}>
              {word}
            </Tag>
          ))}
        </dd>
        <dt>Refusals</dt>
        <dd class="soft">{Object.values(reasonWords).join(' · ')}</dd>
        <dt>Voice</dt>
        <dd class="soft">
          Short sentences to somebody with a phone in hand. Verbs on buttons. What happened, then what to do. No exclamation
          marks, no “please”, no “oops”.
        </dd>
      </dl>
    </Card>
  );
}
