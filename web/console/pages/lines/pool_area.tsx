// Which area code a number of the pool is to have: those that there are, with how many are left.
import { api, ask } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import { Notice } from '../../design/controls.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';

const toldAtMost = 10;
const left = (available: number) => (available >= toldAtMost ? `${toldAtMost} or more` : String(available));

export function PoolArea({
  area,
  fault,
  onChange,
}: {
  area: string;
  fault: string | undefined;
  onChange: (area: string) => void;
}) {
  const read = useRead('pool', async (signal) => (await ask(api.GET('/pool', { signal }))).area_codes);
  if (read.error)
    return (
      <TextField
        label="Area code"
        mode="numeric"
        maxLength={3}
        value={area}
        onInput={onChange}
        fault={fault}
        hint="Leave it empty for any."
      />
    );
  const areas = [...new Map((read.data ?? []).map((each) => [each.area_code, each])).values()];
  if (read.data?.length === 0)
    return (
      <Notice tone="wait">
        The pool is empty just now: the operator adds numbers to it. Twilio, or a trunk of yours, works.
      </Notice>
    );
  return (
    <SelectField
      label="Area code"
      value={area}
      fault={fault}
      onChange={onChange}
      options={[
        ['', 'Any'],
        ...areas.map(({ area_code, available }) => [area_code, `${area_code}: ${left(available)} left`] as const),
      ]}
      hint="Of those that are free now."
    />
  );
}
