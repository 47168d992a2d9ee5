import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { usePortal } from '../data/portal';
import { changePreferences, preferencesQuery, type Preferences } from '../data/preferences';
import { ActionButton } from '../ui/ActionButton';
import { Choice, Field } from '../ui/Field';
import { Failure, Notice } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { QueryView } from '../ui/QueryView';
import { useWords } from '../words/useWords';
import { isLanguage, type Language } from '../words/write';
import { BackToMore } from './BackToMore';
import { changeOf, isPhone, withCountry } from './preferenceForm';
import { PushCard } from './PushCard';

export function PreferencesPage() {
  const { t } = useWords();
  const portal = usePortal();
  const query = useQuery(preferencesQuery(portal));
  return (
    <>
      <BackToMore />
      <PageHeading title={t('preferences.title')} />
      <QueryView query={query}>{(preferences) => <PreferencesForm preferences={preferences} />}</QueryView>
      <PushCard />
    </>
  );
}

function PreferencesForm({ preferences }: { readonly preferences: Preferences }) {
  const { t, language } = useWords();
  const portal = usePortal();
  const queries = useQueryClient();
  const [form, setForm] = useState(() => ({
    language: language as Language,
    email: preferences.email.enabled,
    sms: preferences.sms.enabled,
    phone: preferences.sms.phone ?? '',
    digest: preferences.digest.enabled,
    digestTime: preferences.digest.time,
    quiet: preferences.quietHours !== null,
    from: preferences.quietHours?.from ?? '22:00',
    to: preferences.quietHours?.to ?? '07:00',
  }));
  const [wasTried, setTried] = useState(false);
  const phoneMistake = wasTried && form.sms && !isPhone(withCountry(form.phone)) ? t('preferences.phoneWrong') : undefined;
  const save = useMutation({
    mutationFn: () => changePreferences(portal, changeOf(form, Intl.DateTimeFormat().resolvedOptions().timeZone)),
    onSuccess: (saved) => {
      queries.setQueryData(preferencesQuery(portal).queryKey, saved);
      if (isLanguage(saved.language)) portal.language.choose(saved.language);
    },
  });

  const change = (some: Partial<typeof form>) => {
    save.reset();
    setForm({ ...form, ...some });
  };

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (!form.sms || isPhone(withCountry(form.phone))) save.mutate();
  }

  return (
    <form onSubmit={submit} className="stack" noValidate>
      <fieldset className="list card">
        <legend className="hidden">{t('language.label')}</legend>
        <h2 aria-hidden="true">{t('language.label')}</h2>
        <Choice type="radio" name="language" checked={form.language === 'en'} onChange={() => change({ language: 'en' })}>
          <span lang="en">English</span>
        </Choice>
        <Choice type="radio" name="language" checked={form.language === 'es'} onChange={() => change({ language: 'es' })}>
          <span lang="es">Español</span>
        </Choice>
      </fieldset>
      <fieldset className="list card">
        <legend className="hidden">{t('preferences.notices')}</legend>
        <h2 aria-hidden="true">{t('preferences.notices')}</h2>
        <p className="muted small">{t('preferences.noticesText')}</p>
        {preferences.email.refusedAt && <Notice tone="late">{t('preferences.emailRefused')}</Notice>}
        <Choice type="checkbox" name="email" checked={form.email} onChange={(email) => change({ email })}>
          {t('preferences.email', { address: preferences.email.address })}
        </Choice>
        {form.email && (
          <Choice type="checkbox" name="digest" checked={form.digest} onChange={(digest) => change({ digest })}>
            {t('preferences.digest')}
          </Choice>
        )}
        {form.email && form.digest && (
          <Field label={t('preferences.digestTime')}>
            {(props) => <Time {...props} value={form.digestTime} onChange={(digestTime) => change({ digestTime })} />}
          </Field>
        )}
        <Choice type="checkbox" name="sms" checked={form.sms} onChange={(sms) => change({ sms })}>
          {t('preferences.sms')}
        </Choice>
        {form.sms && (
          <Field label={t('preferences.phone')} hint={t('preferences.phoneHint')} mistake={phoneMistake}>
            {(props) => (
              <input
                {...props}
                className="input"
                type="tel"
                autoComplete="tel"
                value={form.phone}
                onChange={(event) => change({ phone: event.currentTarget.value })}
              />
            )}
          </Field>
        )}
        <Choice type="checkbox" name="quiet" checked={form.quiet} onChange={(quiet) => change({ quiet })}>
          {t('preferences.quiet')}
        </Choice>
        {form.quiet && (
          <div className="row">
            <Field label={t('preferences.from')}>
              {(props) => <Time {...props} value={form.from} onChange={(from) => change({ from })} />}
            </Field>
            <Field label={t('preferences.to')}>{(props) => <Time {...props} value={form.to} onChange={(to) => change({ to })} />}</Field>
          </div>
        )}
      </fieldset>
      {save.isError && <Failure error={save.error} title={t('preferences.notSaved')} />}
      {save.isSuccess && (
        <Notice tone="calm" role="status">
          {t('preferences.saved')}
        </Notice>
      )}
      <ActionButton type="submit" kind="main" isBusy={save.isPending}>
        {t('preferences.save')}
      </ActionButton>
    </form>
  );
}

interface TimeProps {
  readonly id: string;
  readonly value: string;
  readonly onChange: (time: string) => void;
}

function Time({ value, onChange, ...props }: TimeProps) {
  return (
    <input {...props} className="input" type="time" required value={value} onChange={(event) => onChange(event.currentTarget.value)} />
  );
}
