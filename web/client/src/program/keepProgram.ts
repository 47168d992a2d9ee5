interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): { createScriptURL(address: string): string };
}

/**
 * Keeps the program of an app on the device, by its service worker: it opens without a network, can be installed, and is told of messages
 * while it is closed. Nothing of a patient is kept with it.
 */
export function keepProgram(program: string, scope: string): void {
  if (!('serviceWorker' in navigator)) return;
  // A browser that refuses it shows the app as ever.
  void navigator.serviceWorker.register(trusted(program), { scope }).catch(() => undefined);
}

/** The content policy takes addresses of scripts from a policy only, and this one gives one address. */
function trusted(program: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy('vagus-program', { createScriptURL: () => program }).createScriptURL(program) ?? program;
}
