import type { Message } from '@vagus/client';
import type { WordKey } from '../words/write';

/** `own`: of this person; `family`: of the patient or another proxy; `team`: of the clinic; `machine`: an automatic answer. */
export type Side = 'own' | 'family' | 'team' | 'machine';

export function sideOf({ senderId, senderRole }: Pick<Message, 'senderId' | 'senderRole'>, ownId: string | null): Side {
  if (senderId === ownId) return 'own';
  if (senderRole === 'patient') return 'family';
  return senderRole === 'service' ? 'machine' : 'team';
}

const byRole: Readonly<Record<string, WordKey>> = {
  provider: 'sender.provider',
  nurse: 'sender.nurse',
  medical_assistant: 'sender.medical_assistant',
  front_desk: 'sender.front_desk',
  billing: 'sender.billing',
  pharmacy: 'sender.pharmacy',
};

export function senderKey(side: Side, role: string): WordKey {
  if (side === 'own') return 'sender.you';
  if (side === 'family') return 'sender.family';
  return side === 'machine' ? 'sender.machine' : (byRole[role] ?? 'sender.team');
}

/** Of a message of the patient's side: where it is on its way. */
export function receiptKey(message: Pick<Message, 'readAt'>): WordKey {
  return message.readAt ? 'receipt.seen' : 'receipt.sent';
}
