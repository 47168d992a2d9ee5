import type { PreferenceChange } from '../data/preferences';

export interface PreferenceForm {
  readonly language: string;
  readonly email: boolean;
  readonly sms: boolean;
  readonly phone: string;
  readonly digest: boolean;
  readonly digestTime: string;
  readonly quiet: boolean;
  readonly from: string;
  readonly to: string;
}

/** Times of day are those of the person's clock, so its zone goes with them. */
export function changeOf(form: PreferenceForm, timeZone: string): PreferenceChange {
  const phone = withCountry(form.phone);
  return {
    language: form.language,
    timeZone,
    email: { enabled: form.email },
    digest: { enabled: form.email && form.digest, time: form.digestTime },
    sms: { enabled: form.sms, phone: isPhone(phone) ? phone : null },
    quietHours: form.quiet ? { from: form.from, to: form.to } : null,
  };
}

/** E.164, as the server takes it. */
export function isPhone(number: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(number);
}

/** As people write numbers: ten digits are one of North America. */
export function withCountry(typed: string): string {
  const digits = typed.replaceAll(/[\s().-]/g, '');
  if (/^\d{10}$/.test(digits)) return `+1${digits}`;
  return /^1\d{10}$/.test(digits) ? `+${digits}` : digits.replace(/^00/, '+');
}
