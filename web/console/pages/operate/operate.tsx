import { Segments } from '../../design/controls.tsx';
import type { PageProps } from '../../shell/pages.ts';
import { go, usePlace } from '../../shell/router.ts';
import { FhirSources } from './fhir_sources.tsx';
import { Health } from './health.tsx';
import { Keys } from './keys.tsx';
import { Requests } from './requests.tsx';
import { Webhooks } from './webhooks.tsx';
import './operate.css';

type Tab = 'webhooks' | 'keys' | 'fhir' | 'requests' | 'health';

export default function Operate({ id }: PageProps) {
  const { query } = usePlace();
  const tab = id ? 'webhooks' : ((query.get('tab') ?? 'webhooks') as Tab);
  return (
    <div class="page wide">
      <header class="page-head">
        <h1 class="grow">Operate</h1>
        <Segments<Tab>
          label="What is shown"
          value={tab}
          onChange={(next) => go(next === 'webhooks' ? '/operate' : `/operate?tab=${next}`)}
          options={[
            ['webhooks', 'Webhooks'],
            ['keys', 'Keys'],
            ['fhir', 'FHIR'],
            ['requests', 'Requests'],
            ['health', 'Health'],
          ]}
        />
      </header>
      {tab === 'keys' && <Keys />}
      {tab === 'fhir' && <FhirSources />}
      {tab === 'requests' && <Requests />}
      {tab === 'health' && <Health />}
      {tab === 'webhooks' && <Webhooks id={id} />}
    </div>
  );
}
