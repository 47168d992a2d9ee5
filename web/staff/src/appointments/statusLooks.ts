import {
  IconCalendarCheck,
  IconCheck,
  IconClockPause,
  IconQuestionMark,
  IconUserCheck,
  IconUserOff,
  IconX,
} from '@tabler/icons-react';

interface StatusLook {
  readonly text: string;
  readonly tone: 'planned' | 'waiting' | 'here' | 'done' | 'off';
  readonly Icon: typeof IconCheck;
}

const looks: Record<string, StatusLook> = {
  proposed: { text: 'Proposed', tone: 'waiting', Icon: IconClockPause },
  pending: { text: 'Pending', tone: 'waiting', Icon: IconClockPause },
  waitlist: { text: 'Waitlist', tone: 'waiting', Icon: IconClockPause },
  booked: { text: 'Booked', tone: 'planned', Icon: IconCalendarCheck },
  arrived: { text: 'Arrived', tone: 'here', Icon: IconUserCheck },
  'checked-in': { text: 'Checked in', tone: 'here', Icon: IconUserCheck },
  fulfilled: { text: 'Done', tone: 'done', Icon: IconCheck },
  cancelled: { text: 'Cancelled', tone: 'off', Icon: IconX },
  noshow: { text: 'No-show', tone: 'off', Icon: IconUserOff },
  'entered-in-error': { text: 'Entered in error', tone: 'off', Icon: IconX },
};

export function statusLook(status: string): StatusLook {
  return looks[status] ?? { text: status, tone: 'waiting', Icon: IconQuestionMark };
}
