import type { DeviceKey } from '../session/deviceKey.js';

/** What lies in the browser's storage of one write. Nothing of it can be read without the key. */
export interface Sealed {
  readonly owner: string;
  readonly keyId: string;
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly content: ArrayBuffer;
}

const nonceBytes = 12;
/** Lengths are those of a few steps: a short answer and a long story look alike up to here. */
const shortestBytes = 1_024;

/** Seals with the key of one person, which is kept in memory only and cannot be read out of it. */
export class Seal {
  readonly owner: string;
  readonly keyId: string;
  readonly #key: CryptoKey;
  readonly #purpose: string;

  private constructor({ owner, keyId }: DeviceKey, key: CryptoKey, purpose: string) {
    this.owner = owner;
    this.keyId = keyId;
    this.#key = key;
    this.#purpose = purpose;
  }

  /** What is sealed for one purpose is not opened for another. */
  static async of(given: DeviceKey, purpose = 'outbox'): Promise<Seal> {
    const key = await crypto.subtle.importKey('raw', bytesOf(given.key), 'AES-GCM', false, ['encrypt', 'decrypt']);
    return new Seal(given, key, purpose);
  }

  async seal(value: object): Promise<Sealed> {
    const { owner, keyId } = this;
    const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
    const content = await crypto.subtle.encrypt(this.#parameters(nonce), this.#key, padded(JSON.stringify(value)));
    return { owner, keyId, nonce, content };
  }

  /** Null where it was changed or is of another key. */
  async open({ nonce, content }: Sealed): Promise<unknown> {
    try {
      const opened = await crypto.subtle.decrypt(this.#parameters(nonce), this.#key, content);
      return JSON.parse(new TextDecoder().decode(opened));
    } catch {
      return null;
    }
  }

  #parameters(iv: Uint8Array<ArrayBuffer>): AesGcmParams {
    return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`vagus-${this.#purpose} ${this.owner} ${this.keyId}`) };
  }
}

/** Blanks behind JSON say nothing. */
function padded(json: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(json);
  let length = shortestBytes;
  while (length < text.length) length *= 2;
  const filled = new Uint8Array(length).fill(0x20);
  filled.set(text);
  return filled;
}

function bytesOf(base64Url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64Url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
