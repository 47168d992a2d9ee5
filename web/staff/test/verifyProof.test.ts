import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyProof } from '../src/audit/verifyProof';

const sha = (...parts: readonly Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const ofNode = (left: Buffer, right: Buffer) => sha(Buffer.from([1]), left, right);

/** The bytes of an entry: version, tenant, index, and what follows. */
function leafOf(index: number): Buffer {
  const tenant = Buffer.from('harbor');
  const head = Buffer.alloc(3);
  head[0] = 1;
  head.writeUInt16BE(tenant.length, 1);
  const at = Buffer.alloc(8);
  at.writeBigUInt64BE(BigInt(index));
  return Buffer.concat([head, tenant, at, Buffer.from(`entry ${index}`)]);
}

/** A root and the path of a leaf (RFC 6962 §2.1). */
function tree(leaves: readonly Buffer[], index: number): { root: Buffer; path: Buffer[] } {
  const [only] = leaves;
  if (only && leaves.length === 1) return { root: sha(Buffer.from([0]), only), path: [] };
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1));
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  const isLeft = index < split;
  const near = tree(isLeft ? left : right, isLeft ? index : index - split);
  const far = tree(isLeft ? right : left, 0).root;
  return { root: isLeft ? ofNode(near.root, far) : ofNode(far, near.root), path: [...near.path, far] };
}

function proofOf(size: number, index: number, leaf = leafOf(index)): string {
  const { root, path } = tree(Array.from({ length: size }, (_, each) => leafOf(each)), index);
  const hashes = path.map((hash) => `${hash.toString('base64')}\n`).join('');
  const note = `audit.vagus/harbor\n${size}\n${root.toString('base64')}\n\n— key signature\n`;
  return `c2sp.org/tlog-proof@v1\nextra ${leaf.toString('base64')}\nindex ${index}\n${hashes}\n${note}`;
}

describe('A proof of the audit', () => {
  test.each([1, 2, 3, 5, 8, 13])('of each entry of a log of %i leads to its root', async (size) => {
    for (let index = 0; index < size; index += 1) {
      expect(await verifyProof(proofOf(size, index), index)).toMatchObject({ isProved: true, size });
    }
  });

  test('of other bytes, another index or a path that was shortened is none', async () => {
    const changed = leafOf(4);
    changed[changed.length - 1] = 0;
    const proof = proofOf(9, 4);
    const shortened = proof.replace(/(index 4\n)[^\n]+\n/, '$1');

    expect((await verifyProof(proofOf(9, 4, changed), 4)).isProved).toBe(false);
    expect((await verifyProof(proof, 5)).isProved).toBe(false);
    expect((await verifyProof(proofOf(9, 4, leafOf(5)), 4)).isProved).toBe(false);
    expect((await verifyProof(shortened, 4)).isProved).toBe(false);
  });
});
