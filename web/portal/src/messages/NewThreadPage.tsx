import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { PageHeading } from '../ui/PageHeading';
import { useWords } from '../words/useWords';
import { NewThreadForm } from './NewThreadForm';
import { UrgentCareGate } from './UrgentCareGate';

const route = getRouteApi('/signed-in/messages/new');

export function NewThreadPage() {
  const { t } = useWords();
  const { about } = route.useSearch();
  const [hasPassed, setPassed] = useState(false);
  return (
    <>
      <Link to="/messages">{t('thread.back')}</Link>
      <PageHeading title={t('messages.new')} />
      {hasPassed ? <NewThreadForm about={about} /> : <UrgentCareGate onPassed={() => setPassed(true)} />}
    </>
  );
}
