/** What following a proof of inclusion has shown. */
export interface Finding {
  readonly isProved: boolean;
  /** How many entries the signed checkpoint holds. */
  readonly size: number;
  /** The root to which the entry's hash leads, base64. */
  readonly root: string;
}

/**
 * Follows a proof (C2SP tlog-proof) from the bytes of the entry to the root that the checkpoint names (RFC 6962 §2.1.1). The signature of
 * the checkpoint is not checked here: its key is to come from elsewhere than from the server that is checked.
 */
export async function verifyProof(text: string, index: number): Promise<Finding> {
  const [head = '', ...notes] = text.split('\n\n');
  const lines = head.split('\n');
  const leaf = fromBase64(lines.find((line) => line.startsWith('extra '))?.slice('extra '.length) ?? '');
  const at = Number(lines.find((line) => line.startsWith('index '))?.slice('index '.length));
  const path = lines.slice(lines.findIndex((line) => line.startsWith('index ')) + 1).map(fromBase64);
  const [, sizeText, root = ''] = notes.join('\n\n').split('\n');
  const size = Number(sizeText);
  if (at !== index || !Number.isSafeInteger(size) || indexIn(leaf) !== index) return { isProved: false, size, root };
  const reached = await climb(await hash([0], leaf), path, index, size);
  return { isProved: reached !== null && toBase64(reached) === root, size, root };
}

/** From a leaf to the root, beside the hashes of the path; null where the path is too long or too short. */
async function climb(leaf: Uint8Array, path: readonly Uint8Array[], index: number, size: number): Promise<Uint8Array | null> {
  if (index < 0 || index >= size) return null;
  let [at, last] = [BigInt(index), BigInt(size - 1)];
  let node = leaf;
  for (const beside of path) {
    if (last === 0n) return null;
    if (at % 2n === 1n || at === last) {
      node = await hash([1], beside, node);
      while (at % 2n === 0n && at !== 0n) [at, last] = [at / 2n, last / 2n];
    } else {
      node = await hash([1], node, beside);
    }
    [at, last] = [at / 2n, last / 2n];
  }
  return last === 0n ? node : null;
}

/** The index that the entry's own bytes hold: behind version and tenant. */
function indexIn(leaf: Uint8Array): number {
  const view = new DataView(leaf.buffer, leaf.byteOffset, leaf.byteLength);
  if (leaf.length < 3) return Number.NaN;
  const place = 3 + view.getUint16(1);
  return leaf.length < place + 8 ? Number.NaN : Number(view.getBigUint64(place));
}

async function hash(prefix: readonly number[], ...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const all = new Uint8Array([...prefix, ...parts.flatMap((part) => [...part])]);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
