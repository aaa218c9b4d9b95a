import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export type Fault = string | undefined;

interface Labelled {
  label: string;
  hint?: string;
  fault?: Fault;
  // For whoever may only look: the value, and nothing to change it with.
  fixed?: boolean;
}

const Fixed = ({ label, value }: { label: string; value: string | undefined }) => (
  <div class="field">
    <span class="label">{label}</span>
    <span class="value">{value || '–'}</span>
  </div>
);

function Frame({ id, label, hint, fault, children }: Omit<Labelled, 'fixed'> & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {fault ? (
        <p class="fault" id={`${id}-about`} role="alert">
          {fault}
        </p>
      ) : (
        hint && (
          <p class="hint" id={`${id}-about`}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}

export function TextField(
  props: Labelled & {
    value: string;
    onInput: (value: string) => void;
    type?: 'text' | 'password' | 'date' | 'time' | 'datetime-local' | 'url';
    placeholder?: string;
    required?: boolean;
    autofocus?: boolean;
    mode?: 'tel' | 'numeric' | 'email';
    lines?: boolean;
    maxLength?: number;
    complete?: string;
    disabled?: boolean;
  },
) {
  const id = useId();
  const given = {
    id,
    class: 'input',
    value: props.value,
    placeholder: props.placeholder,
    required: props.required,
    maxLength: props.maxLength,
    disabled: props.disabled,
    'aria-invalid': props.fault ? ('true' as const) : undefined,
    'aria-describedby': props.fault || props.hint ? `${id}-about` : undefined,
    // Preact would set the property too late for a dialog that is opened in the same turn.
    autofocus: props.autofocus,
  };
  if (props.fixed) return <Fixed label={props.label} value={props.value} />;
  return (
    <Frame id={id} label={props.label} hint={props.hint} fault={props.fault}>
      {props.lines ? (
        <textarea {...given} onInput={(event) => props.onInput(event.currentTarget.value)} />
      ) : (
        <input
          {...given}
          type={(props.type ?? 'text') as 'text'}
          inputMode={props.mode}
          autocomplete={props.complete ?? 'off'}
          spellcheck={false}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Frame>
  );
}

export function SelectField<T extends string>(
  props: Labelled & {
    value: T;
    options: readonly (readonly [T, string])[];
    onChange: (value: T) => void;
    disabled?: boolean;
  },
) {
  const id = useId();
  if (props.fixed) return <Fixed label={props.label} value={props.options.find(([key]) => key === props.value)?.[1]} />;
  return (
    <Frame id={id} label={props.label} hint={props.hint} fault={props.fault}>
      <Choice id={id} value={props.value} options={props.options} onChange={props.onChange} disabled={props.disabled} />
    </Frame>
  );
}

export function Choice<T extends string>({
  id,
  label,
  value,
  options,
  onChange,
  bare,
  disabled,
}: {
  id?: string;
  label?: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
  bare?: boolean;
  disabled?: boolean;
}) {
  return (
    <select
      id={id}
      class={bare ? 'select bare' : 'select'}
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.value as T)}>
      {options.map(([key, name]) => (
        <option key={key} value={key} selected={key === value}>
          {name}
        </option>
      ))}
    </select>
  );
}
