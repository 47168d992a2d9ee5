/** One tab at a time. Without Web Locks (a page that is not served securely) only this tab's own calls are shared. */
export function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  return locks ? (locks.request(`vagus${name}`, work) as Promise<T>) : work();
}
