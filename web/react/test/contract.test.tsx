// @vitest-environment jsdom
import { screen } from '@testing-library/react';
import { useState, type ReactElement } from 'react';
import { expect, test } from 'vitest';
import * as packages from '../src/index';
import { appointment, LivePage } from './page';

const page = LivePage.forEachTest();

const names = [
  'VagusProvider', 'useConnection', 'useWebSocket', 'usePatientUpdates', 'useClinicalEvents', 'useAppointmentUpdates',
  'useEncounterUpdates',
  'useBillingUpdates', 'useBiopsyUpdates', 'useMessages', 'useUnreadCount', 'usePresence', 'useLiveSearch', 'useOutbox', 'useSubscription',
  'RealtimeWrapper',
  'RealtimeIndicator', 'UpdateHighlight', 'RealTimeNotifications', 'RealTimeResultsIndicator', 'RealTimeOrderStatus', 'CriticalAlertBar',
];

test('Every hook and component has its name', () => {
  expect(names.filter((name) => typeof (packages as Record<string, unknown>)[name] !== 'function')).toEqual([]);
});

interface Item {
  readonly id: string;
  readonly patientName?: string;
}

test('The signatures are those that are promised', async () => {
  const { RealtimeWrapper, useAppointmentUpdates, useClinicalEvents, useConnection, useWebSocket } = packages;
  const told: string[] = [];
  function Screen(): ReactElement {
    const [items, setItems] = useState<Item[]>([]);
    const { connected, lastUpdate } = useWebSocket({ resourceTypes: ['Patient'], patientIds: [], enabled: false });
    // Of a line that is switched off nothing has come; the fields are named for the compiler.
    const update = lastUpdate && [lastUpdate.action, lastUpdate.resourceType, lastUpdate.resourceId, lastUpdate.resource];
    useAppointmentUpdates({ onAppointmentCreated: ({ id }) => told.push(id), onAppointmentUpdated: () => undefined, showToasts: true });
    useClinicalEvents('appointment:created', ({ patientId }) => told.push(String(patientId)));
    return (
      <>
        <p>{`${useConnection().connected} ${connected} ${update === null || update === undefined}`}</p>
        <RealtimeWrapper
          items={items}
          setItems={setItems}
          eventType="appointment"
          renderItem={({ id, patientName }) => <p>{`${id} ${patientName}`}</p>}
          showIndicator
          showToasts
        />
      </>
    );
  }
  page.show(<Screen />);
  await screen.findByText('true false true');

  page.tell('appointment:created', appointment('a1', '1'));

  expect(await screen.findByText('a1 Kenji Chen')).toBeTruthy();
  expect(told.toSorted()).toEqual(['a1', 'p1']);
});
