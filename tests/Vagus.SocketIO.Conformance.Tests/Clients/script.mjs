// What every script here shares: the server's address comes first, the result leaves as one line of JSON.
export const [url, ...rest] = process.argv.slice(2);

export function once(emitter, event) {
  return new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
}

export async function until(claim, condition, limitMs = 20000) {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not true in time: ${claim}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function finish(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

setTimeout(() => {
  console.error("the script took too long");
  process.exit(3);
}, 55000).unref();
