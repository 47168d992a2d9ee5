import { useWords } from '../words/useWords';
import { summaryOf } from './plainWords';
import type { Result } from './results';

/** One sentence that says what the result says. */
export function Sentence({ result }: { readonly result: Result }) {
  const { t } = useWords();
  if (result.kind === 'imaging') return <>{t('result.report')}</>;
  const { all, outside, unknown } = summaryOf(result.tests);
  if (all === 0) return <>{t('result.noValues')}</>;
  if (outside > 0) return <>{t('result.outside', { count: outside, all })}</>;
  return <>{unknown === 0 ? t('result.allUsual', { count: all }) : t('result.values', { count: all })}</>;
}
