import type { Told } from '../format/sentences.ts';

// What was and what is, field by field; of something new, only what it is.
export function Changes({ made, changes }: Pick<Told, 'made' | 'changes'>) {
  if (changes.length === 0) return null;
  return (
    <p class={made ? 'changes made' : 'changes'}>
      {changes.map(({ label, was, is }) =>
        made ? (
          <span key={label} class="soft">
            {is === undefined ? label : <span class="quiet">{label} </span>}
            {is}
          </span>
        ) : (
          <span key={label}>
            {label && <span class="quiet">{label} </span>}
            {was !== undefined && (
              <>
                <s>{was}</s>{' '}
              </>
            )}
            <ins>{is}</ins>
          </span>
        ),
      )}
    </p>
  );
}
