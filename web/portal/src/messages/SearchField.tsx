import { useState, type FormEvent } from 'react';
import { useObservable, usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { Field } from '../ui/Field';
import { useWords } from '../words/useWords';
import classes from './SearchField.module.css';

const mostCharacters = 200;

/** Asked for by a press: each search opens texts and is on record. */
export function SearchField() {
  const { t } = useWords();
  const { searched } = usePortal();
  const words = useObservable(searched);
  const [typed, setTyped] = useState(words);

  function submit(event: FormEvent): void {
    event.preventDefault();
    searched.set(typed.trim());
  }

  function clear(): void {
    setTyped('');
    searched.set('');
  }

  return (
    <form role="search" onSubmit={submit} className={classes.search}>
      <Field label={t('search.label')}>
        {(props) => (
          <input
            {...props}
            className="input"
            type="search"
            maxLength={mostCharacters}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
      </Field>
      <ActionButton type="submit">{t('search.go')}</ActionButton>
      {words !== '' && <ActionButton onPress={clear}>{t('search.clear')}</ActionButton>}
    </form>
  );
}
