import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { preferencesQuery } from '../data/preferences';
import { usePortal } from '../data/portal';

/** The language that the person has chosen elsewhere, on a device where nothing was chosen. */
export function useServerLanguage(): void {
  const portal = usePortal();
  const { data } = useQuery(preferencesQuery(portal));
  const language = data?.language;
  useEffect(() => portal.language.prefer(language), [portal, language]);
}
