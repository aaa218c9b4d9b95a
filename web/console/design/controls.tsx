import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Icon, type IconName } from './icons.tsx';

type Tone = 'ok' | 'no' | 'wait' | 'accent';

export function Button(props: {
  children?: ComponentChildren;
  icon?: IconName;
  tone?: 'main' | 'danger' | 'plain';
  small?: boolean;
  label?: string;
  href?: string;
  disabled?: boolean;
  busy?: boolean;
  type?: 'button' | 'submit';
  onClick?: (event: MouseEvent) => void;
  pressed?: boolean;
}) {
  const bare = props.children === undefined;
  const classes = ['button', props.tone, props.small && 'small', bare && 'icon'].filter(Boolean).join(' ');
  const inside = (
    <>
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </>
  );
  if (props.href !== undefined)
    return (
      <a class={classes} href={props.href} aria-label={props.label} title={props.label}>
        {inside}
      </a>
    );
  return (
    <button
      class={classes}
      type={props.type ?? 'button'}
      aria-label={props.label}
      title={props.label}
      disabled={props.disabled || props.busy}
      aria-busy={props.busy || undefined}
      aria-pressed={props.pressed}
      onClick={props.onClick}>
      {inside}
    </button>
  );
}

export function Tag({ tone, icon, children }: { tone?: Tone; icon?: IconName; children: ComponentChildren }) {
  return (
    <span class={tone ? `tag ${tone}` : 'tag'}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}

export function Card({
  title,
  tools,
  children,
  flush,
}: {
  title?: ComponentChildren;
  tools?: ComponentChildren;
  children: ComponentChildren;
  flush?: boolean;
}) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={title ? id : undefined}>
      {title && (
        <header>
          <h2 id={id}>{title}</h2>
          {tools}
        </header>
      )}
      {flush ? children : <div class="body">{children}</div>}
    </section>
  );
}

export function Notice({ tone, children }: { tone?: 'no' | 'wait' | 'ok'; children: ComponentChildren }) {
  return (
    <div class={tone ? `notice ${tone}` : 'notice'} role={tone === 'no' ? 'alert' : 'status'}>
      <Icon name={tone === 'ok' ? 'check' : tone ? 'warn' : 'info'} />
      <div class="grow">{children}</div>
    </div>
  );
}

// `page` where it is all there is.
export function Empty({
  title,
  children,
  actions,
  page,
}: {
  title: string;
  children?: ComponentChildren;
  actions?: ComponentChildren;
  page?: boolean;
}) {
  return (
    <div class="empty">
      {page ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children && <p>{children}</p>}
      {actions && <div class="row">{actions}</div>}
    </div>
  );
}

// Widths in steps: a style attribute would say nothing that these four do not.
export function Bones({ lines = 3 }: { lines?: number }) {
  return (
    <div class="bones" aria-hidden="true">
      {Array.from({ length: lines }, (_, at) => (
        <span key={at} class={`bone w${at % 4}`} />
      ))}
    </div>
  );
}

export function Segments<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map(([key, name]) => (
        <button key={key} type="button" aria-pressed={key === value} onClick={() => onChange(key)}>
          {name}
        </button>
      ))}
    </div>
  );
}

export function Switch({
  checked,
  onChange,
  children,
  tone,
  disabled,
  label,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children?: ComponentChildren;
  tone?: 'no';
  disabled?: boolean;
  label?: string;
}) {
  return (
    <label class={tone ? `switch ${tone}` : 'switch'}>
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        disabled={disabled}
        aria-label={label}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <i />
      <span>{children}</span>
    </label>
  );
}
