const words: Record<string, string> = {
  provider: 'Provider',
  nurse: 'Nurse',
  medical_assistant: 'Medical assistant',
  front_desk: 'Front desk',
  billing: 'Billing',
  lab: 'Laboratory',
  radiology: 'Radiology',
  pharmacy: 'Pharmacy',
  admin: 'Administrator',
};

export function roleText(role: string): string {
  return words[role] ?? role.charAt(0).toUpperCase() + role.slice(1);
}
