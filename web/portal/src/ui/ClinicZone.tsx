import { useClinicDates } from '../data/useClinicDates';
import { useWords } from '../words/useWords';

/** Names the clinic's zone where the clock of this device shows another time. */
export function ClinicZone() {
  const { t } = useWords();
  const { zoneName } = useClinicDates();
  return zoneName === null ? null : <p className="card">{t('common.zone', { zone: zoneName })}</p>;
}
