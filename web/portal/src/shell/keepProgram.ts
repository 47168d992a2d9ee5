interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): { createScriptURL(address: string): string };
}

const program = '/portal/sw.js';

/**
 * From the first sign-in on the program of the portal is kept on the device: it opens without a network, can be installed, and is told of
 * messages while it is closed. Nothing of a patient is kept with it.
 */
export function keepProgram(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // A browser that refuses it shows the portal as ever.
  void navigator.serviceWorker.register(trusted(program), { scope: '/portal/' }).catch(() => undefined);
}

/** The content policy takes addresses of scripts from a policy only, and this one gives one address. */
function trusted(address: string): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy('vagus-portal-program', { createScriptURL: () => program }).createScriptURL(address) ?? address;
}
