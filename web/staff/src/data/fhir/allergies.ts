interface Recorded {
  readonly code?: { readonly code?: string | null } | null;
  readonly display?: string | null;
}

/** SNOMED CT: no known allergy, of drugs, of food, of the environment, of latex. */
const noneCodes = ['716186003', '409137002', '429625007', '428607008', '1003774007'];

/** Somebody asked and was told of none. It is another thing than that nothing was recorded. */
export function saysNone({ code, display }: Recorded): boolean {
  return noneCodes.includes(code?.code ?? '') || /^no known/i.test(display ?? '');
}
