interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): { createScriptURL(address: string): string };
}

/** The content policy takes addresses of scripts from a policy only, and each policy here gives one address. */
export function trusted(policy: string, program: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy(policy, { createScriptURL: () => program }).createScriptURL(program) ?? program;
}
