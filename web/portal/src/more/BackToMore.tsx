import { Link } from '@tanstack/react-router';
import { useWords } from '../words/useWords';

export function BackToMore() {
  const { t } = useWords();
  return <Link to="/more">{t('more.back')}</Link>;
}
