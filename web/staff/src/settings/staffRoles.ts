/** The roles that an administrator gives to colleagues. */
export const staffRoles = [
  'provider', 'nurse', 'medical_assistant', 'front_desk', 'billing', 'lab', 'radiology', 'pharmacy', 'admin',
] as const;
