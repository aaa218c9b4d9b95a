import type { Schemas } from '../../api/client.ts';

export type Agent = Schemas['AiAgent'];
export type Kind = 'stream' | 'sip' | 'webhook' | 'none';
export const kindNames: Record<Kind, string> = {
  stream: 'by an audio stream',
  sip: 'at a SIP address',
  webhook: 'as a URL says',
  none: 'takes no calls',
};
export const addressOf = (answer: Agent['answer']) =>
  answer === null ? '' : answer.type === 'sip' ? answer.sip_uri : answer.url;
