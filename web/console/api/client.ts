// The one place that speaks HTTP. Routes and bodies are typed by api/openapi.yaml: what changes there breaks the build here.
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.d.ts';

export type Schemas = components['schemas'];
type Detail = Schemas['ErrorResponse']['error']['details'][number];

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Detail[],
    readonly requestId: string,
  ) {
    super(message);
  }
  // What was wrong with one field, to be said beside it.
  of(field: string): string | undefined {
    return this.details.find((detail) => detail.field === field)?.message;
  }
  get decision(): Schemas['Decision'] | undefined {
    return this.details.find((detail) => detail.decision)?.decision;
  }
}

let csrfToken = '';
let onSignedOut: () => void = () => {};

export function holdCsrfToken(token: string): void {
  csrfToken = token;
}
export function whenSignedOut(then: () => void): void {
  onSignedOut = then;
}

export const api = createClient<paths>({ credentials: 'same-origin' });
api.use({
  onRequest({ request }) {
    if (request.method === 'GET') return;
    request.headers.set('X-CSRF-Token', csrfToken);
    // A repeat after a lost answer must not be done twice.
    if (request.method === 'POST') request.headers.set('Idempotency-Key', crypto.randomUUID());
  },
});

function failure(response: Response, body: unknown): ApiError {
  // A key or a link that does not sign in signs nobody out.
  if (response.status === 401 && !new URL(response.url).pathname.startsWith('/session')) onSignedOut();
  const said = (body as Partial<Schemas['ErrorResponse']> | undefined)?.error;
  if (said === undefined)
    return new ApiError(response.status, 'unavailable', `Linebook answered ${response.status}. Try again.`, [], '');
  return new ApiError(response.status, said.code, said.message, said.details, said.request_id);
}

export interface Answered<T> {
  data: T;
  etag: string | undefined;
}

// The answer's body, or an ApiError; a server that cannot be reached is one, too.
export async function tagged<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<Answered<T>> {
  let answer;
  try {
    answer = await asked;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw new ApiError(0, 'unavailable', 'Linebook cannot be reached. It is tried again when you ask next.', [], '');
  }
  if (answer.data === undefined) throw failure(answer.response, answer.error);
  return { data: answer.data, etag: answer.response.headers.get('ETag') ?? undefined };
}

export async function ask<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  return (await tagged(asked)).data;
}
