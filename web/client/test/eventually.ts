/** Waits for a condition, at most 4 s unless told otherwise. */
export async function eventually(condition: () => boolean, what: string, limitMs = 4_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
