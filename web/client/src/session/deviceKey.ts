/** The key that seals what waits on a device, as the server gives it to its person at each sign-in. */
export interface DeviceKey {
  /** Stays the same for a person and says nothing of who it is. */
  readonly owner: string;
  /** Another one for another key. */
  readonly keyId: string;
  /** 256 bits in base64url. */
  readonly key: string;
}
