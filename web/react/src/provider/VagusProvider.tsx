import { createContext, useContext, useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { Services, type VagusOptions } from './services.js';
import { Toasts } from './Toasts.js';

const Context = createContext<Services | null>(null);

export interface VagusProviderProps extends VagusOptions {
  readonly children?: ReactNode;
  /** What screen readers call the region of toasts. */
  readonly toastsLabel?: string;
}

/** Gives the hooks and components below it their session and connection. Its options are those of its first rendering. */
export function VagusProvider({ children, toastsLabel = 'Updates', ...options }: VagusProviderProps): ReactElement {
  const [services, setServices] = useState(() => new Services(options));
  useEffect(() => services.followSession(setServices), [services]);
  return (
    <Context.Provider value={services}>
      {children}
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
