import { RealtimeWrapper, useVagus } from '@vagus/react';
import { useState } from 'react';

interface Appointment {
  readonly id: string;
  readonly status: string;
  readonly patientName: string | null;
}

/** The same day from the workflow API, kept current by the events of its kind. */
export function Waiting({ date }: { date: string }) {
  const { session } = useVagus();
  const [items, setItems] = useState<Appointment[]>([]);

  async function load() {
    const response = await session.fetch(`/api/appointments?date=${date}`);
    if (response.ok) setItems((await response.json()).items);
  }

  return (
    <RealtimeWrapper
      items={items}
      setItems={setItems}
      eventType="appointment"
      renderItem={({ patientName, status }) => <p>{patientName}: {status}</p>}
      showIndicator
      showToasts
      reload={() => void load()}
    />
  );
}
