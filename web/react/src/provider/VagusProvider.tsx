import { createContext, useContext, useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { timesIn, type ClinicTimes } from '../events/clinicTimes.js';
import { Services, type VagusOptions } from './services.js';
import { Toasts } from './Toasts.js';

const Context = createContext<Services | null>(null);
const Times = createContext<ClinicTimes>(timesIn(undefined));

export interface VagusProviderProps extends VagusOptions {
  readonly children?: ReactNode;
  /** What screen readers call the region of toasts. */
  readonly toastsLabel?: string;
  /** The IANA name of the clinic's zone, as `Me.timeZone` tells it; the device's by default. It may come later. */
  readonly timeZone?: string | undefined;
}

/** Gives hooks and components below it session and connection. Its options are those of its first rendering, except `timeZone`. */
export function VagusProvider({ children, toastsLabel = 'Updates', timeZone, ...options }: VagusProviderProps): ReactElement {
  const [services, setServices] = useState(() => new Services(options));
  const times = useMemo(() => timesIn(timeZone), [timeZone]);
  useEffect(() => services.followSession(setServices), [services]);
  return (
    <Context.Provider value={services}>
      <Times.Provider value={times}>{children}</Times.Provider>
      <Toasts toasts={services.toasts} label={toastsLabel} />
    </Context.Provider>
  );
}

/** What the provider holds: session, connection and the rest, for what no hook does. */
export function useVagus(): Services {
  const services = useContext(Context);
  if (!services) throw new Error('There is no VagusProvider above this component.');
  return services;
}

/** How the components write times. */
export function useTimes(): ClinicTimes {
  return useContext(Times);
}
