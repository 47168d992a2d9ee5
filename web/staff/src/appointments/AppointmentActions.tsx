import { Button, Group, Select, Stack } from '@mantine/core';
import { IconCalendarClock, IconUserCheck, IconUserOff, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Appointment } from '../data/fhir/resources';
import { ActionFailure } from '../ui/ActionFailure';
import { canCheckIn, canMove, isOff } from './appointment';
import { cancellationReasons, doneWords, useStatusChange, type NewStatus } from './changeStatus';

interface AppointmentActionsProps {
  appointment: Appointment;
  /** Whom and when, for a failure that is told elsewhere. */
  about: string;
  onMove: () => void;
  onDone: () => void;
}

export function AppointmentActions({ appointment, about, onMove, onDone }: AppointmentActionsProps) {
  const [cancelling, setCancelling] = useState(false);
  const change = useStatusChange(about, onDone);
  const to = (status: NewStatus, reason?: string) =>
    change.mutate({ appointment, status, ...(reason ? { reason } : {}) });

  return (
    <Stack gap="sm">
      {change.isError && <ActionFailure done={doneWords[change.variables.status]} error={change.error} />}
      {cancelling ? (
        <CancelQuestion
          busy={change.isPending}
          onBack={() => setCancelling(false)}
          onCancel={(reason) => to('cancelled', reason)}
        />
      ) : (
        <Group gap="xs">
          {canCheckIn(appointment) && (
            <Button
              leftSection={<IconUserCheck size={18} aria-hidden="true" />}
              loading={change.isPending}
              onClick={() => to('arrived')}
            >
              Check in
            </Button>
          )}
          {canCheckIn(appointment) && (
            <Button
              variant="default"
              leftSection={<IconUserOff size={18} aria-hidden="true" />}
              disabled={change.isPending}
              onClick={() => to('noshow')}
            >
              No-show
            </Button>
          )}
          {canMove(appointment) && (
            <Button
              variant="default"
              leftSection={<IconCalendarClock size={18} aria-hidden="true" />}
              disabled={change.isPending}
              onClick={onMove}
            >
              Move…
            </Button>
          )}
          {!isOff(appointment) && appointment.status !== 'fulfilled' && (
            <Button
              variant="default"
              leftSection={<IconX size={18} aria-hidden="true" />}
              disabled={change.isPending}
              onClick={() => setCancelling(true)}
            >
              Cancel appointment
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

interface CancelQuestionProps {
  busy: boolean;
  onBack: () => void;
  onCancel: (reason: string) => void;
}

function CancelQuestion({ busy, onBack, onCancel }: CancelQuestionProps) {
  const [reason, setReason] = useState<string>(cancellationReasons[0].value);
  return (
    <Stack gap="sm" role="group" aria-label="Cancel this appointment?">
      <Select
        label="Why is it cancelled?"
        data={[...cancellationReasons]}
        value={reason}
        allowDeselect={false}
        onChange={(value) => value && setReason(value)}
        data-autofocus
      />
      <Group gap="xs">
        <Button color="red" loading={busy} onClick={() => onCancel(reason)}>
          Cancel appointment
        </Button>
        <Button variant="default" disabled={busy} onClick={onBack}>
          Keep it
        </Button>
      </Group>
    </Stack>
  );
}
