import { getRouteApi, Link } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { PageHeading } from '../ui/PageHeading';
import { ProveAgain } from '../ui/ProveAgain';
import { AppsSection } from './AppsSection';
import { CalendarSection } from './CalendarSection';
import { CannedSection } from './CannedSection';
import { EmergencySection } from './EmergencySection';
import { KeysSection } from './KeysSection';
import { LimitsSection } from './LimitsSection';
import { PeopleSection } from './PeopleSection';
import { PoliciesSection } from './PoliciesSection';
import { ProxiesSection } from './ProxiesSection';
import { ServicesSection } from './ServicesSection';
import classes from './Settings.module.css';
import { sections, type Section } from './settingsSearch';

const route = getRouteApi('/signed-in/settings');

const parts: Readonly<Record<Section, { readonly text: string; readonly Part: ComponentType }>> = {
  people: { text: 'People', Part: PeopleSection },
  proxies: { text: 'Proxies', Part: ProxiesSection },
  policies: { text: 'Roles and policies', Part: PoliciesSection },
  limits: { text: 'Critical limits', Part: LimitsSection },
  canned: { text: 'Canned responses', Part: CannedSection },
  calendar: { text: 'Business calendar', Part: CalendarSection },
  apps: { text: 'Connected apps', Part: AppsSection },
  services: { text: 'Service accounts', Part: ServicesSection },
  emergency: { text: 'Emergency access', Part: EmergencySection },
  keys: { text: 'Signing keys', Part: KeysSection },
};

/** What administrators set for their organization, a section each. */
export function SettingsPage() {
  const { section = 'people' } = route.useSearch();
  const { Part, text } = parts[section];
  return (
    <>
      <PageHeading title="Settings" />
      <div className={classes.page}>
        <nav aria-label="Settings" className={classes.sections}>
          <ul>
            {sections.map((each) => (
              <li key={each}>
                <Link
                  to="/settings"
                  search={each === 'people' ? {} : { section: each }}
                  activeOptions={{ exact: true, includeSearch: true }}
                  aria-current={each === section ? 'page' : undefined}
                >
                  {parts[each].text}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className={classes.section} key={section}>
          <h2>{text}</h2>
          <Part />
        </div>
      </div>
      <ProveAgain />
    </>
  );
}
