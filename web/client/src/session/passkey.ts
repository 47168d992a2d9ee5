/** The person has closed the browser's window, waited too long, or has no passkey on this device. */
export class PasskeyNotShown extends Error {}

/** What the authenticator signs for the server's options, as JSON. */
export async function showPasskey(options: object): Promise<object> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON);
  const credential = await navigator.credentials.get({ publicKey }).catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyNotShown();
  return credential.toJSON() as object;
}

/** A new one, for the server's options, as JSON. */
export async function makePasskey(options: object): Promise<object> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON);
  const credential = await navigator.credentials.create({ publicKey }).catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyNotShown();
  return credential.toJSON() as object;
}
