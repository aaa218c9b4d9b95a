import type { Schemas } from '../../api/client.ts';

export const providerNames: Record<Schemas['Provider'], string> = { pia: 'Pool', twilio: 'Twilio', byo: 'Own SIP trunk' };

export const statusWords: Record<Schemas['LineStatus'], readonly [string, 'ok' | 'no' | 'accent' | 'wait', string]> = {
  active: ['active', 'ok', 'It takes calls.'],
  provisioning: ['being set up', 'accent', 'The carrier is at it; this shows by itself when it is done.'],
  error: ['needs mending', 'no', 'It takes no calls until it is mended.'],
  releasing: ['being given back', 'wait', 'It takes no more calls, and goes when the carrier is done.'],
};

type Line = Schemas['PhoneNumber'];

// Calls leave from lines of the pool and of Twilio: a trunk of one's own places its own.
export const canCall = (line: Line) => line.status === 'active' && line.provider !== 'byo';

// What is wrong, without what programs do about it.
export const detailOf = (line: Pick<Line, 'status_detail'>) =>
  line.status_detail?.split(/; take it back with|: POST /)[0] ?? undefined;
