export const appTypes = [
  { value: 'public', label: 'In a browser or on a phone (keeps no secret)' },
  { value: 'confidential-asymmetric', label: 'On a server, signs with its own keys' },
  { value: 'confidential-symmetric', label: 'On a server, has a secret' },
] as const;

export interface AppDraft {
  readonly name: string;
  readonly type: string;
  readonly scopes: string;
  /** One address a line. */
  readonly redirects: string;
  readonly launchUrl: string;
  readonly keysUrl: string;
}

export const emptyApp: AppDraft = {
  name: '', type: 'public', scopes: 'launch/patient openid fhirUser patient/*.rs', redirects: '', launchUrl: '', keysUrl: '',
};

const words = (text: string) => text.split(/\s+/).filter(Boolean);

/** What is wrong, by field; what only the server knows it says itself. */
export function wrongApp({ name, type, scopes, redirects, keysUrl }: AppDraft): Partial<Record<keyof AppDraft, string>> {
  const needsRedirect = words(scopes).some((scope) => !scope.startsWith('system/'));
  const isService = words(scopes).some((scope) => scope.startsWith('system/'));
  return {
    ...(name.trim() === '' ? { name: 'Write the name that people see' } : {}),
    ...(words(scopes).length === 0 ? { scopes: 'Write what it may ask for' } : {}),
    ...(isService && type !== 'confidential-asymmetric' ? { type: 'An application with system scopes signs with its own keys' } : {}),
    ...(needsRedirect && words(redirects).length === 0 ? { redirects: 'Write where people come back to' } : {}),
    ...(type === 'confidential-asymmetric' && keysUrl.trim() === '' ? { keysUrl: 'Write where its keys are published' } : {}),
  };
}

/** As `POST /api/admin/apps` takes it. */
export function bodyOfApp({ name, type, scopes, redirects, launchUrl, keysUrl }: AppDraft): object {
  return {
    name: name.trim(),
    type,
    scopes: words(scopes).join(' '),
    ...(words(redirects).length > 0 ? { redirectUris: words(redirects) } : {}),
    ...(launchUrl.trim() === '' ? {} : { launchUrl: launchUrl.trim() }),
    ...(type === 'confidential-asymmetric' ? { jwksUrl: keysUrl.trim() } : {}),
  };
}
