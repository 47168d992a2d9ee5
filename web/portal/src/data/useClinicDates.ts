import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { meQuery } from './people';
import { usePortal } from './portal';
import { datesOf, localeOf, type Dates } from '../words/dates';
import { useWords } from '../words/useWords';

export interface ClinicDates {
  readonly dates: Dates;
  /** The clinic's zone by name, where this device's clock shows another time now or in the months to come. */
  readonly zoneName: string | null;
}

/** An appointment is at the time that the clock in the clinic shows, wherever the patient is. */
export function useClinicDates(): ClinicDates {
  const portal = usePortal();
  const { language, dates } = useWords();
  const { data: me } = useQuery(meQuery(portal));
  const zone = me?.timeZone;
  return useMemo(() => clinicDates(localeOf(language, navigator.languages), zone, dates), [language, zone, dates]);
}

/** The server says UTC where the clinic has set no zone: the device's own is the better guess then. */
export function clinicDates(locale: string, zone: string | undefined, own: Dates, now: () => Date = () => new Date()): ClinicDates {
  if (zone === undefined || zone === 'UTC' || !isZone(zone)) return { dates: own, zoneName: null };
  const dates = datesOf(locale, zone, now);
  // Zones that agree today may part with the change of the clocks, before the appointment.
  const moments = [0, 3, 6, 9].map((months) => new Date(now().getTime() + months * 30 * 24 * 60 * 60 * 1000));
  const shows = ({ day, time }: Dates) => moments.map((moment) => `${day(moment)} ${time(moment)}`).join();
  return shows(dates) === shows(own) ? { dates: own, zoneName: null } : { dates, zoneName: dates.zoneName() };
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
