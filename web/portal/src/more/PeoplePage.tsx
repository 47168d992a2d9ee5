import { useQuery } from '@tanstack/react-query';
import { peopleQuery, useActing, type Person } from '../data/people';
import { usePortal } from '../data/portal';
import { useAnnounce } from '../ui/Announcer';
import { Choice } from '../ui/Field';
import { PageHeading } from '../ui/PageHeading';
import { QueryView } from '../ui/QueryView';
import { useWords } from '../words/useWords';
import { BackToMore } from './BackToMore';

/** For whom the person acts. The clinic grants and ends it; here it is chosen. */
export function PeoplePage() {
  const { t } = useWords();
  const portal = usePortal();
  const query = useQuery(peopleQuery(portal));
  return (
    <>
      <BackToMore />
      <PageHeading title={t('people.title')} />
      <p>{t('people.text')}</p>
      <QueryView query={query}>{() => <People />}</QueryView>
    </>
  );
}

function People() {
  const { t } = useWords();
  const portal = usePortal();
  const { dependants, own, patientId } = useActing();
  const announce = useAnnounce();
  if (dependants.length === 0) return <p className="card">{t('people.none')}</p>;

  function choose(person: Person): void {
    const isOwn = person.id === own?.id;
    portal.actingFor.set(isOwn ? null : person.id);
    announce(isOwn ? t('acting.nowSelf') : t('acting.now', { name: person.name }));
  }

  return (
    <fieldset className="list">
      <legend className="legend">{t('acting.for')}</legend>
      {[...(own ? [own] : []), ...dependants].map((person) => (
        <Choice key={person.id} type="radio" name="person" checked={person.id === patientId} onChange={() => choose(person)}>
          <PersonText person={person} isOwn={person.id === own?.id} />
        </Choice>
      ))}
    </fieldset>
  );
}

function PersonText({ person, isOwn }: { readonly person: Person; readonly isOwn: boolean }) {
  const { t, dates } = useWords();
  return (
    <>
      <strong>{isOwn ? t('acting.me', { name: person.name }) : person.name}</strong>
      {person.birthDate && <span className="muted small"> {t('people.born', { day: dates.birthDate(person.birthDate) })}</span>}
    </>
  );
}
